/** Which of this computer's addresses links are handed out on. Only the owner may choose. */
import Dropdown from 'react-bootstrap/Dropdown'
import type { Address, SharingStatus } from '../../src-server/contract/sharing.ts'
import { isDesktop } from '../lib/desktop.ts'
import { Icon } from '../ui/Icon.tsx'
import type { IconName } from '../ui/icons.ts'
import { useChangeSharing } from './queries.ts'
import styles from './sharing.module.css'

export function AddressMenu({ status }: { status: SharingStatus }) {
  const change = useChangeSharing()
  const chosen = status.addresses.find(({ host }) => host === status.host)
  const label = chosen?.label ?? status.host
  const icon = chosen ? iconOf(chosen) : 'hdd-network'
  if (!isDesktop) {
    return (
      <span className="t8-chip">
        <Icon name={icon} />
        {label}
      </span>
    )
  }
  return (
    <Dropdown>
      <Dropdown.Toggle as="button" bsPrefix="t8-chip on" aria-label={`Network address: ${label}`}>
        <Icon name={icon} />
        {label}
        <Icon name="chevron-down" className="chevron" />
      </Dropdown.Toggle>
      <Dropdown.Menu>
        {status.addresses.map(address => (
          <Dropdown.Item
            as="button"
            type="button"
            key={address.host}
            aria-pressed={address === chosen}
            onClick={() => change.mutate({ host: address.host })}
          >
            <Icon name={iconOf(address)} />
            <span>
              {address.label}
              <span className={`muted xs num ${styles.host}`}>{address.host}</span>
            </span>
            {address === chosen && <Icon name="check-lg" className="end" />}
          </Dropdown.Item>
        ))}
        <Dropdown.Divider />
        <Dropdown.Item as="button" type="button" onClick={() => change.mutate({ host: null })}>
          Best at any time
        </Dropdown.Item>
      </Dropdown.Menu>
    </Dropdown>
  )
}

function iconOf({ kind, interface: name }: Address): IconName {
  if (kind === 'this-computer') return 'laptop'
  if (kind === 'virtual') return 'hdd-network'
  return /^(wl|wi-?fi|airport)/i.test(name) ? 'wifi' : 'ethernet'
}

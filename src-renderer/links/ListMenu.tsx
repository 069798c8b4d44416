/** The whole list at once: out as a file, in from one. */
import Dropdown from 'react-bootstrap/Dropdown'
import { actingAs } from '../lib/acting.ts'
import { isDesktop } from '../lib/desktop.ts'
import { messageOf } from '../lib/errors.ts'
import { saveFrom } from '../lib/save-file.ts'
import { Icon } from '../ui/Icon.tsx'
import { say } from '../ui/Toaster.tsx'
import styles from './links-page.module.css'
import { exportUrl, type LinkFilter } from './queries.ts'

interface ListMenuProps {
  readonly filter: LinkFilter
  readonly total: number
  readonly onImport: () => void
}

export function ListMenu({ filter, total, onImport }: ListMenuProps) {
  return (
    <Dropdown align="end">
      <Dropdown.Toggle
        as="button"
        bsPrefix={`btn btn-icon ${styles.tools}`}
        aria-label="List as a file"
        title="List as a file"
      >
        <Icon name="three-dots" />
      </Dropdown.Toggle>
      <Dropdown.Menu>
        {total > 0 && (
          <>
            <ExportItem filter={filter} format="csv" word="Export as CSV" />
            <ExportItem filter={filter} format="json" word="Export as JSON" />
          </>
        )}
        <Dropdown.Item as="button" type="button" onClick={onImport}>
          <Icon name="box-arrow-in-down" />
          Import list…
        </Dropdown.Item>
      </Dropdown.Menu>
    </Dropdown>
  )
}

function ExportItem({ filter, format, word }: { filter: LinkFilter; format: 'csv' | 'json'; word: string }) {
  const url = exportUrl(filter, format)
  const face = (
    <>
      <Icon name="box-arrow-up" />
      {word}
    </>
  )
  // A plain download carries no word of whom one acts as, and the desktop's window saves only what the page holds.
  if (!isDesktop && actingAs() === '') {
    return (
      <Dropdown.Item href={url} download>
        {face}
      </Dropdown.Item>
    )
  }
  const save = () => saveFrom(url, `links.${format}`).catch((error: unknown) => say(messageOf(error), { isBad: true }))
  return (
    <Dropdown.Item as="button" type="button" onClick={() => void save()}>
      {face}
    </Dropdown.Item>
  )
}

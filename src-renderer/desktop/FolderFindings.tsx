/** What was found in a folder that the person chose, and what becomes of it. */
import type { FoundFolder } from '../../src-main/contract.ts'
import { formatCount, formatMany } from '../lib/format.ts'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import styles from './desktop.module.css'

interface FolderCardProps {
  readonly title: string
  readonly path: string
  readonly isRefused?: boolean
}

export function FolderCard({ title, path, isRefused = false }: FolderCardProps) {
  return (
    <div className={`t8-card ${styles.folder}`}>
      <span className={`t8-tile ${isRefused ? 'bad' : ''}`}>
        <Icon name={isRefused ? 'exclamation-octagon' : 'folder2-open'} />
      </span>
      <div className="grow">
        <p className="strong">{title}</p>
        <p className={`mono xs muted ${styles.path}`}>{path}</p>
      </div>
    </div>
  )
}

/** `3 people, 41 links` */
export function describeFolder({ kind, users, links }: FoundFolder): string {
  switch (kind) {
    case 'trunk8':
      return `A Trunk8 folder: ${users === 1 ? '1 person' : `${formatCount(users)} people`}, ${formatMany(links, 'link')}`
    case 'empty':
      return 'An empty folder'
    case 'missing':
      return 'A new folder'
    case 'other':
      return 'This folder can’t be used'
    default:
      return kind satisfies never
  }
}

export function FolderFindings({ found }: { found: FoundFolder }) {
  return (
    <>
      <FolderCard title={describeFolder(found)} path={found.path} isRefused={found.kind === 'other'} />
      {found.problems.map(problem => (
        <p key={problem} className={`row-x sm ${found.kind === 'other' ? 'bad' : 'warn'}`}>
          <Icon name="exclamation-triangle" />
          <span>{problem}.</span>
        </p>
      ))}
    </>
  )
}

interface KnownPasswordProps {
  readonly value: string
  readonly onChange: (value: string) => void
}

/** A Trunk8 folder holds everybody's password but the admin's. */
export function KnownPasswordField({ value, onChange }: KnownPasswordProps) {
  return (
    <Field
      label="Admin password in use there"
      hint="It isn’t in the folder. Leave this empty to get a new one, or the one that your keychain has for it"
    >
      {control => (
        <input
          {...control}
          type="password"
          autoComplete="off"
          maxLength={1024}
          value={value}
          onChange={event => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

/** Deletes a person, once it was seen what goes with them. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { DeletionPreview, UserDetails } from '../../src-server/contract/users.ts'
import { formatCount, formatMany, formatSize } from '../lib/format.ts'
import { AskDialog } from '../ui/AskDialog.tsx'
import { Field } from '../ui/Field.tsx'
import { say } from '../ui/Toaster.tsx'
import styles from './person-form.module.css'
import { nameOf } from './person-words.ts'
import { peopleQueries, useRemovePerson } from './queries.ts'

interface DeletePersonDialogProps {
  readonly person: UserDetails
  readonly onClose: () => void
  readonly onDeleted: () => void
}

export function DeletePersonDialog({ person, onClose, onDeleted }: DeletePersonDialogProps) {
  const [typed, setTyped] = useState('')
  const preview = useQuery(peopleQueries.preview(person.username))
  const name = nameOf(person)
  const remove = useRemovePerson(person.username, () => {
    say(`${name} was deleted`)
    onClose()
    onDeleted()
  })
  const asksName = (preview.data?.links ?? 0) > 0
  const isReady = preview.data !== undefined && (!asksName || typed.trim() === person.username)
  function submit() {
    if (isReady && !remove.isPending) remove.mutate()
  }
  return (
    <AskDialog
      title={`Delete ${name}?`}
      act={asksName ? `Delete ${person.username} and ${formatMany(preview.data?.links ?? 0, 'link')}` : 'Delete'}
      isDisabled={!isReady || remove.isPending}
      error={preview.error ?? remove.error}
      onAct={submit}
      onClose={onClose}
    >
      {preview.isPending && <p role="status">Looking at what goes with {name}…</p>}
      {preview.data && <WhatGoes preview={preview.data} />}
      {asksName && (
        <Field label={`Type ${person.username} to confirm`}>
          {control => (
            <input
              {...control}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              value={typed}
              onChange={event => setTyped(event.target.value)}
            />
          )}
        </Field>
      )}
    </AskDialog>
  )
}

function WhatGoes({ preview }: { preview: DeletionPreview }) {
  const { links, files, bytes, sessions, sample } = preview
  if (links === 0 && files === 0) {
    return <p>There is nothing to lose: no links and no files.{sessions > 0 && ' They are signed out at once.'}</p>
  }
  return (
    <>
      <p>
        <span className="strong">{formatMany(links, 'link')}</span>
        {files > 0 && (
          <>
            {' '}
            and{' '}
            <span className="strong">
              {formatMany(files, 'file')} ({formatSize(bytes)})
            </span>
          </>
        )}{' '}
        {links + files === 1 ? 'goes' : 'go'} for good. {links > 0 && 'Links stop working at once. '}This cannot be
        undone.
      </p>
      <ul className={styles.sample}>
        {sample.map(({ code, name, visits }) => (
          <li key={code}>
            <span className="t8-code keep">{code}</span>
            <span className="muted cut grow">{name}</span>
            <span className="muted num keep">{formatMany(visits, 'visit')}</span>
          </li>
        ))}
        {links > sample.length && <li className="muted">and {formatCount(links - sample.length)} more</li>}
      </ul>
    </>
  )
}

/** The code of a new link, checked while it is typed. */
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import styles from './new-link.module.css'
import { linkQueries } from './queries.ts'

const typingPause = 250

interface CodeFieldProps {
  readonly value: string
  readonly error?: string | undefined
  readonly onChange: (code: string) => void
}

export function CodeField({ value, error, onChange }: CodeFieldProps) {
  const code = value.trim()
  const [asked, setAsked] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setAsked(code), typingPause)
    return () => clearTimeout(timer)
  }, [code])
  const check = useQuery({ ...linkQueries.check(asked), enabled: asked !== '' })
  const answer = code !== '' && asked === code ? check.data : undefined
  const reason = answer && !answer.isFree ? (answer.reason ?? 'This code is taken') : undefined
  return (
    <Field
      label="Code"
      error={error ?? reason}
      hint={answer?.isFree ? `/${code} is free` : 'Left empty, one is made for you'}
    >
      {control => (
        <div className={styles.code}>
          <span aria-hidden="true">/</span>
          <input
            {...control}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={value}
            onChange={event => onChange(event.target.value)}
          />
          {answer?.isFree && <Icon name="check-lg" className="ok" />}
          <span className="visually-hidden" role="status">
            {answer && (answer.isFree ? `/${code} is free` : reason)}
          </span>
        </div>
      )}
    </Field>
  )
}

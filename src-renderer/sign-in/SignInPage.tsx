/** The door for everyone who is not at the desktop itself, in one step or two. */
import { type ReactNode, useEffect, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import { CodeStep } from './CodeStep.tsx'
import { PasswordStep } from './PasswordStep.tsx'
import styles from './sign-in.module.css'

interface SignInPageProps {
  /** Its name, once it is known. */
  readonly instance: string | undefined
  /** What stands below the form: ways in that other features have. */
  readonly otherWays?: ReactNode
}

export function SignInPage({ instance, otherWays }: SignInPageProps) {
  const [step, setStep] = useState<{ readonly isCode: boolean; readonly why?: string | undefined }>({ isCode: false })
  useEffect(() => {
    document.title = 'Sign in – Trunk8'
  }, [])
  return (
    <main className={styles.page}>
      <div className={styles.box}>
        <span className={`t8-logo ${styles.logo}`}>
          <Icon name="arrow-up-right" />
        </span>
        <p className={`muted cut ${styles.instance}`}>{instance}</p>
        {step.isCode ? (
          <CodeStep onBack={why => setStep({ isCode: false, why })} />
        ) : (
          <PasswordStep why={step.why} onCodeAsked={() => setStep({ isCode: true })} otherWays={otherWays} />
        )}
      </div>
    </main>
  )
}

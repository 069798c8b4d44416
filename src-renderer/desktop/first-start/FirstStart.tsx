/** The three steps of the first start. Whoever closes the window half-way finds them again. */
import { useEffect, useRef, useState } from 'react'
import type { DesktopStatus } from '../../../src-main/contract.ts'
import { Icon } from '../../ui/Icon.tsx'
import { DataStep } from './DataStep.tsx'
import styles from './first-start.module.css'
import { PasswordStep } from './PasswordStep.tsx'
import { ReachStep } from './ReachStep.tsx'

const steps = ['Where your data lives', 'Admin password', 'Who can reach it']

export function FirstStart({ status }: { status: DesktopStatus }) {
  const [step, setStep] = useState(0)
  /** The person typed the password of the folder that they chose. */
  const [isKnown, setIsKnown] = useState(false)
  const page = useRef<HTMLElement>(null)
  useEffect(() => {
    document.title = `${steps[step]} – Trunk8`
    page.current?.querySelector('h1')?.focus()
  }, [step])

  return (
    <main ref={page} className={styles.page}>
      <div className={styles.wrap}>
        <ol className={styles.steps}>
          {steps.map((words, index) => (
            <li
              key={words}
              className={index <= step ? styles.reached : ''}
              aria-current={index === step ? 'step' : undefined}
            >
              {index < step && <Icon name="check-lg" />}
              {words}
            </li>
          ))}
        </ol>
        {step === 0 && (
          <DataStep
            status={status}
            onDone={isPasswordKnown => {
              setIsKnown(before => isPasswordKnown ?? before)
              setStep(1)
            }}
          />
        )}
        {step === 1 && (
          <PasswordStep status={status} isKnown={isKnown} onBack={() => setStep(0)} onDone={() => setStep(2)} />
        )}
        {step === 2 && <ReachStep onBack={() => setStep(1)} />}
      </div>
    </main>
  )
}

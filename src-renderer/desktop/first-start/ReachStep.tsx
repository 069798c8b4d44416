/** Step 3: until it is answered, nobody but this computer can reach the server. */
import { useState } from 'react'
import type { FirstChoices } from '../../../src-main/contract.ts'
import { messageOf } from '../../lib/errors.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { IconName } from '../../ui/icons.ts'
import { useFinishFirstStart } from '../queries.ts'
import styles from './first-start.module.css'

interface Choice {
  readonly reach: FirstChoices['reach']
  readonly icon: IconName
  readonly title: string
  readonly words: string
  readonly done: string
}

const choices: readonly Choice[] = [
  {
    reach: 'network',
    icon: 'wifi',
    title: 'Everyone on this network',
    words: 'Phones and computers near you open your links in a browser. Changing anything takes a password.',
    done: 'Start sharing',
  },
  {
    reach: 'this-computer',
    icon: 'laptop',
    title: 'This computer only',
    words: 'Nobody else can open your links until you change this in Settings.',
    done: 'Open Trunk8',
  },
]

const waysToSignIn = [
  {
    signIn: 'encrypted',
    title: 'Encrypted (recommended)',
    words: 'Browsers of other devices warn until they trust this computer.',
  },
  {
    signIn: 'plain',
    title: 'Keep it simple: without encryption',
    words: 'No warning, but others on the network can read passwords.',
  },
] as const

export function ReachStep({ onBack }: { onBack: () => void }) {
  const [reach, setReach] = useState<FirstChoices['reach']>('network')
  const [signIn, setSignIn] = useState<FirstChoices['signIn']>('encrypted')
  const finish = useFinishFirstStart()
  return (
    <>
      <h1 tabIndex={-1}>Who can reach it?</h1>
      <p className={styles.lead}>Nothing goes out to the internet. You can change this later.</p>
      <fieldset className={styles.body}>
        <legend className="off-screen">Who can reach it</legend>
        {choices.map(choice => (
          <label key={choice.reach} className={`t8-card ${styles.choice}`}>
            <input
              type="radio"
              className="form-check-input"
              name="reach"
              checked={reach === choice.reach}
              onChange={() => setReach(choice.reach)}
            />
            <span className="grow">
              <span className="strong d-block">{choice.title}</span>
              <span className="muted sm">{choice.words}</span>
            </span>
            <span className="t8-tile plain">
              <Icon name={choice.icon} />
            </span>
          </label>
        ))}
      </fieldset>
      {reach === 'network' && (
        <fieldset className={styles.ways}>
          <legend className="strong">How people sign in from other devices</legend>
          {waysToSignIn.map(way => (
            <label key={way.signIn} className={styles.way}>
              <input
                type="radio"
                className="form-check-input"
                name="sign-in"
                checked={signIn === way.signIn}
                onChange={() => setSignIn(way.signIn)}
              />
              <span>
                <span className="d-block">{way.title}</span>
                <span className="muted sm">{way.words}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {finish.isError && (
        <p className="bad sm" role="alert">
          {messageOf(finish.error)}.
        </p>
      )}
      <div className={styles.foot}>
        <span className="grow" />
        <button type="button" className="btn btn-l" onClick={onBack}>
          Back
        </button>
        <button
          type="button"
          className="btn btn-primary btn-l"
          disabled={finish.isPending}
          onClick={() => finish.mutate({ reach, signIn })}
        >
          {finish.isPending ? 'Opening…' : choices.find(choice => choice.reach === reach)?.done}
        </button>
      </div>
    </>
  )
}

/** Step 3: until it is answered, nobody but this computer can reach the server. */
import { useState } from 'react'
import { messageOf } from '../../lib/errors.ts'
import { Icon } from '../../ui/Icon.tsx'
import type { IconName } from '../../ui/icons.ts'
import { type Reach, useFinishFirstStart } from '../queries.ts'
import styles from './first-start.module.css'

interface Choice {
  readonly reach: Reach
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

export function ReachStep({ onBack }: { onBack: () => void }) {
  const [reach, setReach] = useState<Reach>('network')
  const finish = useFinishFirstStart()
  return (
    <>
      <h1 tabIndex={-1}>Who can reach it?</h1>
      <p className={styles.lead}>Nothing ever goes out to the internet. You can change this at any time in Settings.</p>
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
          onClick={() => finish.mutate(reach)}
        >
          {finish.isPending ? 'Opening…' : choices.find(choice => choice.reach === reach)?.done}
        </button>
      </div>
    </>
  )
}

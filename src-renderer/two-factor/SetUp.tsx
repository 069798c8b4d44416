/** Sets up a second step: the password, then the app, then the recovery codes. In a dialog, or as a page of its own. */
import { Fragment, type ReactNode, useState } from 'react'
import { fieldErrorsOf } from '../lib/errors.ts'
import { CopyButton } from '../ui/CopyButton.tsx'
import { Field } from '../ui/Field.tsx'
import { PasswordInput } from '../ui/PasswordInput.tsx'
import { CodeInput } from './CodeInput.tsx'
import { qrOf, useConfirm, useStart } from './queries.ts'
import { RecoveryCodes } from './RecoveryCodes.tsx'
import styles from './two-factor.module.css'

/** What a step is made of, for whatever it is shown in. */
export interface SetUpStep {
  readonly title: string
  readonly onSubmit?: () => void
  readonly buttons: ReactNode
  readonly body: ReactNode
}

interface SetUpProps {
  readonly asksPassword: boolean
  /** Left out: there is no way round it. */
  readonly onCancel?: () => void
  readonly onDone: () => void
  readonly frame: (step: SetUpStep) => ReactNode
}

/** One frame for all steps: what is new in it gets the focus, and the frame itself stays. */
export function SetUp(props: SetUpProps) {
  const [told, setTold] = useState<Told>()
  const [codes, setCodes] = useState<readonly string[]>()
  const begin = useBegin(props, setTold)
  const addToApp = useAddToApp(props, told, setCodes)
  return props.frame(codes ? keepCodes(props, codes) : told ? addToApp : begin)
}

interface Told {
  readonly secret: string
  readonly uri: string
}

function useBegin({ asksPassword, onCancel }: SetUpProps, onTold: (told: Told) => void): SetUpStep {
  const [password, setPassword] = useState('')
  const [isMissing, setIsMissing] = useState(false)
  const start = useStart()
  const errors = fieldErrorsOf(start.error)
  function submit() {
    setIsMissing(asksPassword && password === '')
    if (asksPassword && password === '') return
    start.mutate(asksPassword ? password : undefined, { onSuccess: onTold })
  }
  return {
    title: 'Set up a second step',
    onSubmit: submit,
    buttons: (
      <>
        <Cancel onCancel={onCancel} />
        <button type="submit" className="btn btn-primary" disabled={start.isPending}>
          Go on
        </button>
      </>
    ),
    body: (
      <Fragment key="begin">
        <p>
          You need an authenticator app on your phone, such as Aegis, 2FAS, Google Authenticator, or a password manager
          that shows codes.
        </p>
        {asksPassword ? (
          <Field label="Your password" error={isMissing ? 'Enter your password' : errors['']}>
            {control => (
              <PasswordInput
                control={control}
                value={password}
                onChange={setPassword}
                autoComplete="current-password"
                autoFocus
              />
            )}
          </Field>
        ) : (
          errors[''] && (
            <p className="bad sm" role="alert">
              {errors['']}
            </p>
          )
        )}
      </Fragment>
    ),
  }
}

function useAddToApp(
  { onCancel }: SetUpProps,
  told: Told | undefined,
  onConfirmed: (codes: readonly string[]) => void,
): SetUpStep {
  const [code, setCode] = useState('')
  const confirm = useConfirm()
  const errors = fieldErrorsOf(confirm.error)
  const submit = () => confirm.mutate(code, { onSuccess: ({ recoveryCodes }) => onConfirmed(recoveryCodes) })
  return {
    title: 'Add Trunk8 to your app',
    onSubmit: submit,
    buttons: (
      <>
        <Cancel onCancel={onCancel} />
        <button type="submit" className="btn btn-primary" disabled={confirm.isPending}>
          Switch on
        </button>
      </>
    ),
    body: (
      <Fragment key="add">
        {told && <Secret {...told} />}
        <Field label="The code that the app shows" error={errors.code ?? errors['']}>
          {control => <CodeInput control={control} value={code} onChange={setCode} autoFocus />}
        </Field>
      </Fragment>
    ),
  }
}

/** The secret in each way in which an app takes it. */
function Secret({ secret, uri }: Told) {
  return (
    <div className={styles.scan}>
      <img className={`t8-qr ${styles.qr}`} src={qrOf(secret)} alt="QR code for your authenticator app" />
      <div className={styles.byHand}>
        <p>Scan this with the app.</p>
        <div className={styles.onPhone}>
          <p>Is the app on this phone?</p>
          <a className="btn btn-s" href={uri}>
            Open it there
          </a>
        </div>
        <p className="muted sm">Or type this key:</p>
        <div className={styles.secret}>
          <output className="mono sm">{secret.replaceAll(/.{4}(?=.)/g, '$& ')}</output>
          <CopyButton text={secret} name="Copy the key" what="Key" className="btn-quiet btn-s btn-icon" />
        </div>
      </div>
    </div>
  )
}

const keepCodes = ({ onDone }: SetUpProps, codes: readonly string[]): SetUpStep => ({
  title: 'Keep your recovery codes',
  buttons: (
    <button type="button" className="btn btn-primary" onClick={onDone}>
      I have kept them
    </button>
  ),
  body: <RecoveryCodes codes={codes} />,
})

function Cancel({ onCancel }: Pick<SetUpProps, 'onCancel'>) {
  if (!onCancel) return null
  return (
    <button type="button" className="btn" onClick={onCancel}>
      Cancel
    </button>
  )
}

/** The sign-in page, with every way in that there is. */
import { PasskeyButton } from './passkeys/PasskeyButton.tsx'
import { useArrive } from './sign-in/queries.ts'
import { SignInPage } from './sign-in/SignInPage.tsx'
import { SsoButtons } from './sso/SsoButtons.tsx'
import { useWelcome } from './use-theme.ts'

export function WelcomeScreen() {
  const arrive = useArrive()
  const otherWays = (
    <>
      <PasskeyButton onSignedIn={arrive} />
      <SsoButtons />
    </>
  )
  return <SignInPage instance={useWelcome()} otherWays={otherWays} />
}

/** Who sees what: the sign-in page, or the screens, as a list. */
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useEffect } from 'react'
import { Redirect, Route, Switch } from 'wouter'
import type { Session } from '../src-server/contract/sessions.ts'
import { ActingBanner } from './ActingBanner.tsx'
import { BottomBar } from './BottomBar.tsx'
import { ServerNotice } from './desktop/DesktopNotices.tsx'
import { useDesktopNews, useDesktopStatus } from './desktop/queries.ts'
import { isDesktop } from './lib/desktop.ts'
import { messageOf } from './lib/errors.ts'
import { navigate } from './lib/location.ts'
import { LinksPage } from './links/LinksPage.tsx'
import { NewLinkDialog } from './links/NewLinkDialog.tsx'
import { ProblemsNotice } from './problems/ProblemsNotice.tsx'
import { ShareScreen } from './ShareScreen.tsx'
import { Sidebar } from './Sidebar.tsx'
import { SkipLink } from './SkipLink.tsx'
import styles from './shell.module.css'
import { sessionQuery, useSignOut } from './sign-in/queries.ts'
import { TopBar } from './TopBar.tsx'
import { DropTarget } from './transfers/DropTarget.tsx'
import { useHandingOver } from './transfers/use-handing-over.ts'
import { PageState } from './ui/PageState.tsx'
import { Toaster } from './ui/Toaster.tsx'
import { useArrival } from './use-arrival.ts'
import { useLive } from './use-live.ts'
import { useSearchKey } from './use-search-key.ts'
import { useShareTools } from './use-share-tools.tsx'
import { useOwnTheme } from './use-theme.ts'

/** Not part of the first load: what one comes to less often than to sharing and looking. */
const NewLinkPage = lazy(async () => ({ default: (await import('./links/NewLinkPage.tsx')).NewLinkPage }))
const FirstStart = lazy(async () => ({ default: (await import('./desktop/first-start/FirstStart.tsx')).FirstStart }))
const PeopleScreen = lazy(async () => ({ default: (await import('./PeopleScreen.tsx')).PeopleScreen }))
const WelcomeScreen = lazy(async () => ({ default: (await import('./WelcomeScreen.tsx')).WelcomeScreen }))
const EnrolPage = lazy(async () => ({ default: (await import('./two-factor/EnrolPage.tsx')).EnrolPage }))
const SettingsScreen = lazy(async () => ({ default: (await import('./SettingsScreen.tsx')).SettingsScreen }))
const SecurityScreen = lazy(async () => ({ default: (await import('./SecurityScreen.tsx')).SecurityScreen }))
const EditPage = lazy(async () => ({ default: (await import('./links/EditPage.tsx')).EditPage }))

const writeNewLink = () => navigate('/new')

export function App() {
  useDesktopNews()
  return (
    <>
      <Content />
      <Toaster />
    </>
  )
}

function Content() {
  const session = useQuery(sessionQuery())
  const desktop = useDesktopStatus()
  if (session.data) {
    if (session.data.mustEnrol) return <Enrol session={session.data} />
    if (isDesktop && !desktop) return null
    if (!desktop?.isFirstStart) return <Screens session={session.data} />
    return (
      <Suspense>
        <FirstStart status={desktop} />
      </Suspense>
    )
  }
  if (session.data === null) {
    return (
      <Suspense>
        <WelcomeScreen />
      </Suspense>
    )
  }
  return session.isError && <NoAnswer error={session.error} onRetry={() => void session.refetch()} />
}

function Screens({ session }: { session: Session }) {
  const { user } = session
  const isLost = useLive()
  const tools = useShareTools(user.username)
  const held = useHandingOver(tools.intake)
  useOwnTheme()
  useSearchKey()
  const { chooseFiles } = tools.intake
  return (
    <div className={styles.app}>
      <ActingBanner session={session} />
      <SkipLink />
      <Sidebar user={user} />
      {/* Another user sees screens of their own: nothing that was opened or typed goes over to them. */}
      <main key={user.username} className={styles.main}>
        {isLost && (
          <p className={styles.lost} role="status">
            Connection lost. Trying again…
          </p>
        )}
        <ProblemsNotice />
        <div className={styles.screen}>
          <Suspense>
            <Arrival />
            <Switch>
              <Route path="/">
                <ShareScreen user={user} tools={tools} />
              </Route>
              <Route path="/new">
                <NewLinkPage chooser={user.isAdmin ? user.username : undefined} corner={<TopBar user={user} />} />
              </Route>
              <Route path="/links/:code/edit">
                {({ code }) => <EditPage code={code} corner={<TopBar user={user} />} />}
              </Route>
              <Route path="/links/:code?">
                {({ code }) => (
                  <LinksPage
                    code={code}
                    isAdmin={user.isAdmin}
                    corner={<TopBar user={user} />}
                    onNewLink={writeNewLink}
                    onChooseFiles={chooseFiles}
                  />
                )}
              </Route>
              {user.isAdmin && (
                <Route path="/people/:name?">{({ name }) => <PeopleScreen name={name} user={user} />}</Route>
              )}
              {user.isAdmin && (
                <Route path="/security/:section?">
                  {({ section }) => <SecurityScreen section={section} session={session} />}
                </Route>
              )}
              <Route path="/settings/:section?">
                {({ section }) => <SettingsScreen section={section} session={session} />}
              </Route>
              <Route>
                <Redirect to="/" replace />
              </Route>
            </Switch>
          </Suspense>
        </div>
        {held && <DropTarget held={held} />}
      </main>
      <BottomBar user={user} />
      {tools.newLink.isOpen && (
        <NewLinkDialog
          onClose={tools.newLink.close}
          onMade={tools.newLink.made}
          onChooseFiles={() => {
            tools.newLink.close()
            chooseFiles()
          }}
        />
      )}
      {tools.picker}
    </div>
  )
}

function Enrol({ session: { user } }: { session: Session }) {
  const signOut = useSignOut()
  return (
    <Suspense>
      <EnrolPage user={user} onSignOut={() => signOut.mutate()} />
    </Suspense>
  )
}

/** Within what waits for a screen to load: it is there by then. */
function Arrival() {
  useArrival()
  return null
}

function NoAnswer({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const status = useDesktopStatus()
  useEffect(() => {
    document.title = 'Trunk8'
  }, [])
  if (status && status.server.state !== 'running') {
    return (
      <main className={styles.alone}>
        {status.server.state === 'starting' ? (
          <PageState title="Trunk8 is starting…" />
        ) : (
          <ServerNotice status={status} />
        )}
      </main>
    )
  }
  const retry = (
    <button type="button" className="btn btn-primary btn-l" onClick={onRetry}>
      Try again
    </button>
  )
  return (
    <main className={styles.alone}>
      <PageState title="No answer" isError actions={retry}>
        {messageOf(error)}.
      </PageState>
    </main>
  )
}

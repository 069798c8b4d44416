/** Home: where others reach this computer, what to share, what was just shared. */
import { useEffect } from 'react'
import type { User } from '../src-server/contract/sessions.ts'
import { DesktopNotices } from './desktop/DesktopNotices.tsx'
import { JustShared } from './JustShared.tsx'
import styles from './share-screen.module.css'
import { ConfinedNotice } from './sharing/ConfinedNotice.tsx'
import { SharingHeader } from './sharing/SharingHeader.tsx'
import { SharingProblemNotice } from './sharing/SharingProblemNotice.tsx'
import { TopBar } from './TopBar.tsx'
import { DropZone } from './transfers/DropZone.tsx'
import type { ShareTools } from './use-share-tools.tsx'

export function ShareScreen({ user, tools }: { user: User; tools: ShareTools }) {
  const { intake, uploads, newLink } = tools
  useEffect(() => {
    document.title = 'Share – Trunk8'
  }, [])
  return (
    <div className={styles.scroller}>
      <div className={styles.screen}>
        <div className={styles.title}>
          <h1>Share</h1>
          <TopBar user={user} />
        </div>
        <div className={styles.notices}>
          <SharingProblemNotice />
          <ConfinedNotice isAdmin={user.isAdmin} />
          <DesktopNotices />
        </div>
        <SharingHeader />
        <DropZone
          onChooseFiles={intake.chooseFiles}
          onShareClipboard={intake.shareClipboard}
          onNewLink={newLink.open}
        />
        <JustShared owner={user.username} uploads={uploads} intake={intake} />
      </div>
    </div>
  )
}

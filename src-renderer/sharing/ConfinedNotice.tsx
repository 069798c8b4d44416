/** Others could come in by the settings, and are kept out for now: why, and the way out. */
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { Notice } from '../ui/Notice.tsx'
import { sharingQuery } from './queries.ts'

export function ConfinedNotice({ isAdmin }: { readonly isAdmin: boolean }) {
  const { data: status } = useQuery(sharingQuery())
  if (!isAdmin || status?.confined === undefined) return null
  const wayOut = (
    <Link href="/settings/profile" className="btn btn-primary">
      Your password
    </Link>
  )
  return (
    <Notice kind="warn" title="Only this computer can come in for now" actions={wayOut}>
      {status.confined}
    </Notice>
  )
}

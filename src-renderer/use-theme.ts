/** The page wears the theme that was chosen, from the moment it was chosen. */
import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { wearTheme } from './lib/themes.ts'
import { ownSettingsQuery } from './settings/queries.ts'
import { welcomeQuery } from './sign-in/queries.ts'

/** One's own theme, or the instance's. */
export function useOwnTheme(): void {
  const { data } = useQuery(ownSettingsQuery())
  useWorn(data?.appearance.ui.theme)
}

/** The instance's theme, for who is not signed in → the instance's name, once it is known. */
export function useWelcome(): string | undefined {
  const { data } = useQuery(welcomeQuery())
  useWorn(data?.appearance.ui.theme)
  return data?.name
}

function useWorn(theme: string | undefined): void {
  useEffect(() => {
    if (theme !== undefined) wearTheme(theme)
  }, [theme])
}

/** One's own settings. A choice shows at once, and is taken back where the server refuses it. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type Appearance,
  BootswatchTheme,
  type OwnSettings,
  type OwnSettingsChanges,
  settings,
} from '../../src-server/contract/settings.ts'
import { call } from '../lib/api.ts'
import { messageOf } from '../lib/errors.ts'
import { keys } from '../lib/keys.ts'
import { say } from '../ui/Toaster.tsx'

export const ownSettingsQuery = () => queryOptions({ queryKey: keys.settings, queryFn: () => call(settings.get, {}) })

/** Answers the function that chooses. What is chosen shows before the server has heard of it. */
export function useChooseThemes() {
  const client = useQueryClient()
  const { mutate } = useMutation({
    // One after the other: who goes through the themes with the arrow keys ends up with the last one.
    scope: { id: 'settings' },
    mutationFn: (changes: z.input<typeof OwnSettingsChanges>) => call(settings.update, changes),
    onError(error) {
      say(messageOf(error), { isBad: true })
      return client.invalidateQueries({ queryKey: keys.settings })
    },
  })
  return (changes: z.input<typeof OwnSettingsChanges>) => {
    void client.cancelQueries({ queryKey: keys.settings })
    client.setQueryData<OwnSettings>(keys.settings, known => known && withChoice(known, changes))
    mutate(changes)
  }
}

function withChoice(known: OwnSettings, { theme, markdownTheme }: OwnSettingsChanges): OwnSettings {
  const next: OwnSettings = {
    ...known,
    appearance: {
      ui: chosen(theme, known, 'ui'),
      markdown: chosen(markdownTheme, known, 'markdown'),
    },
    own: {
      ...known.own,
      ...(theme !== undefined && { theme: theme ?? undefined }),
      ...(markdownTheme !== undefined && { markdownTheme: markdownTheme ?? undefined }),
    },
  }
  return known.choosesForAll ? { ...next, instance: next.appearance } : next
}

function chosen(
  theme: BootswatchTheme | null | undefined,
  { appearance, instance: forAll, choosesForAll }: OwnSettings,
  part: keyof Appearance,
): Appearance['ui'] {
  if (theme === undefined) return appearance[part]
  if (theme !== null) return { theme }
  return choosesForAll ? { theme: BootswatchTheme.enum.cerulean } : forAll[part]
}

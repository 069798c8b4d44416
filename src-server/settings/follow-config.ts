import type { EventHub } from '../events/hub.ts'
import type { Finding, Problems } from '../problems/problems.ts'
import type { Sharing } from '../sharing/sharing.ts'
import { followEdits } from '../storage/follow-edits.ts'
import { inspectThemes } from './appearance.ts'
import { type SettingsService, themesIn } from './settings.ts'

interface FollowConfigOptions {
  readonly settings: SettingsService
  readonly sharing: Sharing
  readonly problems: Problems
  readonly events: EventHub
  readonly report: (message: string) => void
  /** What is wrong with the files and ports that it names. */
  readonly furtherFindings: () => readonly Finding[]
}

/**
 * Takes in what people write into config.toml, and tells what is wrong with it: as a file, or else with the themes and
 * the place to listen that it names. Returns the function that ends it.
 */
export function followConfig({
  settings,
  sharing,
  problems,
  events,
  report,
  furtherFindings,
}: FollowConfigOptions): () => void {
  let broken: readonly Finding[] = []
  function tell(): void {
    const ofEntries = () => [
      ...inspectThemes(themesIn(settings.file.value)),
      ...inspectPlace(sharing.status()),
      ...furtherFindings(),
    ]
    problems.set(settings.file, broken.length > 0 ? broken : ofEntries())
  }
  tell()
  const stops = [
    events.subscribe(({ name }) => ['server', 'certificate'].includes(name) && tell()),
    followEdits(settings.file, {
      report,
      onOutcome(findings) {
        broken = findings
        tell()
      },
    }),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** A place that the file names and that sharing could not move to: then it is on, and has a problem all the same. */
function inspectPlace({ state, problem }: ReturnType<Sharing['status']>): Finding[] {
  if (state !== 'on' || !problem) return []
  const entry = problem.reason === 'address_missing' ? 'server.host' : 'server.port'
  return [{ kind: 'entry', entry, detail: problem.detail.replace(/\.$/, '') }]
}

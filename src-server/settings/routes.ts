import type Router from '@koa/router'
import { api } from '../contract/index.ts'
import { clientOf } from '../http/client.ts'
import { serve } from '../http/serve.ts'
import type { Places } from '../sso/places.ts'
import type { Appearances } from './appearance.ts'
import type { InstanceSettings } from './instance-settings.ts'
import type { OwnSettingsService } from './own-settings.ts'

interface SettingsServices {
  readonly appearance: Appearances
  readonly instanceSettings: InstanceSettings
  readonly ownSettings: OwnSettingsService
  readonly name: () => string
  readonly sso: { readonly places: Pick<Places, 'offers'> }
}

export function settingsRoutes(router: Router, services: SettingsServices): void {
  const { appearance, instanceSettings, ownSettings, name, sso } = services
  serve(router, api.settings.get, (_, who) => ownSettings.get(who))
  serve(router, api.settings.update, (changes, who) => ownSettings.update(who, changes))
  serve(router, api.settings.welcome, () => ({
    name: name(),
    appearance: appearance.of(),
    signIn: sso.places.offers(),
  }))
  serve(router, api.instance.get, () => instanceSettings.get())
  serve(router, api.instance.update, (changes, who, ctx) => instanceSettings.update(who, changes, clientOf(ctx)))
}

/** What each call does, in a few words. A call that is not named here is described by its own name. */
const summaries: Readonly<Record<string, string>> = {
  'backups.list': 'The backups in the backup folder',
  'backups.store': 'Makes a backup in the backup folder',
  'backups.remove': 'Deletes a backup',
  'backups.restore': 'Restores a backup, or says what it would do',
  'backups.saveTo': 'Copies a backup to a file of this computer',
  'backups.bringIn': 'Takes in a zip of this computer, to be restored',
  'instance.get': 'The instance’s settings: every key of config.toml',
  'instance.update': 'Changes the instance’s settings',
  'jobs.list': 'Work that takes a while, running and just ended',
  'jobs.cancel': 'Ends a job',
  'links.list': 'One’s links; an admin sees everybody’s',
  'links.create': 'Makes a link',
  'links.get': 'One link',
  'links.update': 'Changes a link',
  'links.replaceContent': 'Makes a page of a link, or changes its page; with a file, replaces its file',
  'links.remove': 'Moves a link to the trash',
  'links.restore': 'Brings a link back from the trash',
  'links.bulk': 'Does the same to many links',
  'links.importList': 'Makes links from a list',
  'links.check': 'Whether a new link may have a code',
  'markdown.preview': 'Markdown as visitors will see it',
  'me.get': 'Oneself',
  'me.update': 'Changes one’s name',
  'me.changePassword': 'Changes one’s password',
  'problems.list': 'What cannot be understood in the data folder’s files',
  'sessions.signIn': 'Signs in',
  'sessions.signOut': 'Signs out',
  'sessions.get': 'Who is signed in',
  'settings.get': 'One’s own settings, and the themes there are',
  'settings.update': 'Changes one’s own settings',
  'settings.welcome': 'The instance’s name and looks',
  'sharing.get': 'Whether and where others reach this instance',
  'sharing.update': 'Switches sharing, or moves it',
  'transfers.list': 'Files on their way in',
  'transfers.cancel': 'Ends a transfer',
  'transfers.import': 'Shares a file of this computer',
  'uploads.limits': 'How large files may be, and of which kinds',
  'users.list': 'The users',
  'users.create': 'Adds a user',
  'users.get': 'One user',
  'users.update': 'Changes a user',
  'users.resetPassword': 'Gives a user another password',
  'users.deletionPreview': 'What would go with a user',
  'users.remove': 'Deletes a user and all that is theirs',
}

/** `links.importList` → words; made of its parts where there are none. */
export function summaryOf(id: string): string {
  const [feature = '', name = ''] = id.split('.')
  const words = `${feature}: ${name.replace(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`)}`
  return (Object.hasOwn(summaries, id) && summaries[id]) || words
}

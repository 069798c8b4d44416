import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFileVault, type Vault } from '../../src-server/storage/file-vault.ts'
import { createAuthorityKeeper } from '../../src-server/tls/authority.ts'
import { createCertificates } from '../../src-server/tls/certificates.ts'
import { namesOf } from '../../src-server/tls/names.ts'
import { namesIn } from '../../src-server/tls/validity.ts'

const day = 86_400_000
const start = Date.UTC(2026, 10, 28, 12)

let folder: string
/** The world outside: clock, network, settings, as they are now. */
let world: {
  now: number
  addresses: string[]
  publicUrl: string
  certFile: string
  keyFile: string
}
let reports: string[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 't8-'))
  world = { now: start, addresses: ['192.168.1.5', '[fd00::2]'], publicUrl: '', certFile: '', keyFile: '' }
  reports = []
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** As after a start of the program. */
function open(vault: Vault = createFileVault(folder)) {
  const now = () => world.now
  const report = (message: string) => void reports.push(message)
  const onChange = vi.fn()
  const keeper = createAuthorityKeeper({
    ...{ vault, now, report, hostname: 'desk' },
    path: join(folder, 'certificate-authority.crt'),
  })
  const certificates = createCertificates({
    ...{ authority: keeper, now, report, onChange },
    path: join(folder, 'certificate.pem'),
    names: () =>
      namesOf({
        hostname: 'Desk',
        addresses: world.addresses,
        server: { publicUrl: world.publicUrl, contentUrl: '', allowedHosts: [] },
      }),
    networks: () => [],
    ownFiles: () => world,
  })
  const authority = async () => (await keeper.read()) ?? expect.fail('There is no authority')
  return { ...certificates, authority, onChange }
}

const isVouchedFor = async ({ current, authority }: ReturnType<typeof open>): Promise<boolean> => {
  const [{ certificate }, issuer] = [await current(), await authority()]
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

test('nothing is made before somebody asks for it', async () => {
  const certificates = open()
  await certificates.check()
  expect(await readdir(folder)).toEqual([])
})

test('the certificate covers every name and address of this computer, for 397 days from an hour ago', async () => {
  const certificates = open()
  const { certificate, source } = await certificates.current()
  expect(source).toBe('made')
  expect(namesIn(certificate)).toEqual([
    ...['desk', 'desk.local', 'localhost'],
    ...['192.168.1.5', 'fd00::2', '127.0.0.1', '::1'],
  ])
  expect(Date.parse(certificate.validFrom)).toBe(start - day / 24)
  expect(Date.parse(certificate.validTo)).toBe(start + 397 * day)
  expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect(certificate.ca).toBe(false)
  expect(await isVouchedFor(certificates)).toBe(true)
})

test('the authority is named for this computer and the day, and holds for ten years', async () => {
  const certificates = open()
  await certificates.current()
  const authority = await certificates.authority()
  expect(authority.subject).toBe('CN=Trunk8 on desk (28 Nov 2026)\nO=Trunk8')
  expect(authority.ca).toBe(true)
  expect(Date.parse(authority.validTo)).toBe(start + 3650 * day)
})

test('keys are for the server’s user alone, and the authority’s is in the vault and nowhere else', async () => {
  const certificates = open()
  await certificates.current()
  const secret = await readFile(join(folder, 'certificate-authority-key'), 'utf8')
  const modes = await Promise.all(
    (await readdir(folder)).map(async name => (await stat(join(folder, name))).mode & 0o777),
  )
  expect(new Set(modes)).toEqual(new Set([0o600]))
  for (const name of ['certificate.pem', 'certificate-authority.crt']) {
    expect(await readFile(join(folder, name), 'utf8')).not.toContain(secret.split('\n')[1])
  }
})

test('after a restart it is the same certificate', async () => {
  const before = await open().current()
  const after = await open().current()
  expect(after.certificate.fingerprint256).toBe(before.certificate.fingerprint256)
})

test('a new address gets a new certificate of the same authority, and whoever listens gets it', async () => {
  const certificates = open()
  const before = await certificates.current()
  const authority = await certificates.authority()
  const swapped = vi.fn()
  certificates.onSwap(swapped)

  await certificates.check()
  expect(swapped).not.toHaveBeenCalled()

  world.addresses = ['10.0.0.7']
  await certificates.check()
  const after = await certificates.current()
  expect(after.names).toContain('10.0.0.7')
  expect(after.certificate.fingerprint256).not.toBe(before.certificate.fingerprint256)
  expect(swapped).toHaveBeenCalledExactlyOnceWith(after.pair)
  expect((await certificates.authority()).fingerprint256).toBe(authority.fingerprint256)
  expect(await isVouchedFor(certificates)).toBe(true)
})

test('an address that went away is no reason for another certificate', async () => {
  const certificates = open()
  const before = await certificates.current()
  world.addresses = ['192.168.1.5']
  await certificates.check()
  expect(await certificates.current()).toBe(before)
})

test('it is renewed when less than 30 days are left', async () => {
  const certificates = open()
  const before = await certificates.current()
  world.now = start + 366 * day
  await certificates.check()
  expect(await certificates.current()).toBe(before)

  world.now = start + 368 * day
  await certificates.check()
  const { certificate } = await certificates.current()
  expect(Date.parse(certificate.validTo)).toBe(world.now + 397 * day)
  expect(await isVouchedFor(certificates)).toBe(true)
})

test.each([
  ['set back before the first start', -400 * day],
  ['at its beginning, without a battery', -start],
  ['past the end of the authority', 4000 * day],
])('a clock that is %s costs nobody the trust they set up', async (_, jump) => {
  const certificates = open()
  await certificates.current()
  const trusted = await certificates.authority()
  for (const now of [start + jump, start]) {
    world.now = now
    await certificates.check()
    const { certificate } = await certificates.current()
    const authority = await certificates.authority()
    expect(Date.parse(certificate.validFrom)).toBeLessThan(now)
    expect(Date.parse(authority.validFrom)).toBeLessThan(now)
    expect(Date.parse(authority.validTo)).toBeGreaterThan(now)
    // A device that trusts the first certificate finds its name and its key in what vouches now.
    expect([certificate.issuer, certificate.verify(trusted.publicKey)]).toEqual([trusted.subject, true])
  }
})

test('a name that came after the authority is told of, and covered by the next one', async () => {
  const certificates = open()
  await certificates.current()
  world.publicUrl = 'https://share.example.com'
  await certificates.check()
  const before = await certificates.current()
  expect(before.uncovered).toEqual(['share.example.com'])
  expect(before.names).not.toContain('share.example.com')

  const after = await certificates.replaceAuthority()
  expect([after.names.includes('share.example.com'), after.uncovered]).toEqual([true, []])
  expect(after.certificate.issuer).toBe((await certificates.authority()).subject)
  expect(before.certificate.verify((await certificates.authority()).publicKey)).toBe(false)
})

test('a certificate that is broken on the disk is made anew', async () => {
  await open().current()
  await writeFile(join(folder, 'certificate.pem'), 'nonsense')
  const certificates = open()
  await certificates.current()
  expect(await isVouchedFor(certificates)).toBe(true)
})

test('an authority without its key serves as long as it can, then another takes its place', async () => {
  await open().current()
  await rm(join(folder, 'certificate-authority-key'))
  const certificates = open()
  const trusted = await certificates.authority()
  await certificates.current()
  expect((await certificates.authority()).fingerprint256).toBe(trusted.fingerprint256)

  world.addresses = ['10.0.0.7']
  await certificates.check()
  expect((await certificates.authority()).fingerprint256).not.toBe(trusted.fingerprint256)
  expect(await isVouchedFor(certificates)).toBe(true)
  expect(reports.join('\n')).toContain('The key of the certificate authority is gone')
})

test('a locked keychain costs no authority: what serves goes on', async () => {
  await open().current()
  const locked: Vault = {
    ...createFileVault(folder),
    read: () => Promise.reject(new Error('The keychain is locked')),
  }
  const certificates = open(locked)
  const before = await certificates.current()
  world.addresses = ['10.0.0.7']
  await certificates.check()
  expect(await certificates.current()).toBe(before)
  expect(reports).toEqual([expect.stringContaining('The keychain is locked')])
})

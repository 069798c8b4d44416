import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { listAddresses, parseDefaultRoute } from '../../src-server/sharing/addresses.ts'

const ip = (address: string): NetworkInterfaceInfo => {
  const family = address.includes(':') ? 'IPv6' : 'IPv4'
  const internal = address === '127.0.0.1' || address === '::1'
  return { address, family, internal, mac: '', netmask: '', cidr: null, scopeid: 0 } as NetworkInterfaceInfo
}

const busyLaptop = {
  lo: [ip('127.0.0.1'), ip('::1')],
  docker0: [ip('172.17.0.1')],
  'br-1f2e3d': [ip('172.18.0.1')],
  eth0: [ip('10.1.2.3'), ip('fe80::1')],
  wlan0: [ip('192.168.1.20'), ip('2001:db8::20'), ip('2001:db8::abcd'), ip('fd00::20'), ip('fe80::2')],
  tun0: [ip('10.8.0.2')],
  zeroconf: [ip('169.254.3.4')],
}
const facts = { interfaces: busyLaptop, defaultInterface: 'wlan0', temporary: new Set(['2001:db8::20']) }

test('the network with the way out comes first, real before virtual, IPv4 before IPv6', () => {
  expect(listAddresses('0.0.0.0', facts).map(({ host, label, kind }) => `${host} ${label} ${kind}`)).toEqual([
    '192.168.1.20 Wi-Fi network',
    '10.1.2.3 Ethernet network',
    '172.17.0.1 Containers virtual',
    '172.18.0.1 Containers virtual',
    '10.8.0.2 VPN virtual',
    '[2001:db8::abcd] Wi-Fi network',
    '[fd00::20] Wi-Fi network',
  ])
})

test('without a known way out, a network at home comes before any other', () => {
  const interfaces = { en7: [ip('203.0.113.5')], en0: [ip('192.168.1.9')], utun3: [ip('10.9.9.9')] }
  const found = listAddresses('0.0.0.0', { interfaces, temporary: new Set() })
  expect(found.map(({ host }) => host)).toEqual(['192.168.1.9', '203.0.113.5', '10.9.9.9'])
})

test('of two IPv6 addresses in one network one is listed', () => {
  const interfaces = { eth0: [ip('2001:db8::1'), ip('2001:db8::2'), ip('2001:db8:0:1::2')] }
  const found = listAddresses('0.0.0.0', { interfaces, temporary: new Set() })
  expect(found.map(({ host }) => host)).toEqual(['[2001:db8::1]', '[2001:db8:0:1::2]'])
})

test('this computer alone is listed when there is no other network, or when nothing else is listened on', () => {
  const loopback = { host: '127.0.0.1', interface: 'lo', label: 'This computer', kind: 'this-computer' }
  const alone = { interfaces: { lo: busyLaptop.lo }, temporary: new Set<string>() }
  expect(listAddresses('0.0.0.0', alone)).toEqual([loopback])
  expect(listAddresses('127.0.0.1', facts)).toEqual([loopback])
})

test('one address that is listened on is the only one', () => {
  expect(listAddresses('10.1.2.3', facts).map(({ host }) => host)).toEqual(['10.1.2.3'])
  expect(listAddresses('10.1.2.99', facts)).toEqual([])
})

test('Windows names its networks itself', () => {
  const interfaces = {
    'vEthernet (WSL)': [ip('172.20.0.1')],
    Ethernet: [ip('192.168.0.2')],
    'WLAN 2': [ip('192.168.5.2')],
  }
  const found = listAddresses('0.0.0.0', { interfaces, temporary: new Set() })
  expect(found.map(({ label, kind }) => `${label} ${kind}`)).toEqual([
    'Ethernet network',
    'WLAN 2 network',
    'Virtual machines virtual',
  ])
})

test('the default route is the one with the lowest metric', () => {
  const table = [
    'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT',
    'wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0',
    'eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0',
    'eth0\t0000A8C0\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0',
  ].join('\n')
  expect(parseDefaultRoute(table)).toBe('eth0')
  expect(parseDefaultRoute('')).toBeUndefined()
})

/** What a browser calls itself → a few words that a person knows it by, such as `Firefox on Windows`. */
export function describeAgent(userAgent: string): string {
  const [browser, system] = [nameIn(userAgent, browsers), nameIn(userAgent, systems)]
  if (browser === undefined) return /^[\w.-]{1,30}(?=\/)/.exec(userAgent)?.[0] ?? 'An unknown program'
  return system === undefined ? browser : `${browser} on ${system}`
}

type Names = readonly (readonly [mark: RegExp, name: string])[]

/** Each claims to be those below it as well. */
const browsers: Names = [
  [/\bTrunk8/i, 'Trunk8'],
  [/\b(?:Edg|EdgA|EdgiOS)\//, 'Edge'],
  [/\b(?:OPR|Opera|OPiOS)\//, 'Opera'],
  [/\bVivaldi\//, 'Vivaldi'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/.*Safari\//, 'Safari'],
]

const systems: Names = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'Mac'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

const nameIn = (text: string, names: Names): string | undefined => names.find(([mark]) => mark.test(text))?.[1]

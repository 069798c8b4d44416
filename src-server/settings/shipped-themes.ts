import type { BootswatchTheme } from '../contract/settings.ts'

/** The themes of Bootswatch in words, as themes.toml begins. */
export const shippedThemes: Readonly<Record<BootswatchTheme, { readonly name: string; readonly description: string }>> =
  {
    brite: { name: 'Brite', description: 'Bold black outlines on white, with a splash of lime' },
    cerulean: { name: 'Cerulean', description: 'Clear and blue, like the sky at noon' },
    cosmo: { name: 'Cosmo', description: 'Square edges and strong blue, made of tiles' },
    cyborg: { name: 'Cyborg', description: 'Black, with lights in electric blue' },
    darkly: { name: 'Darkly', description: 'Slate grey for the evening, with calm green' },
    flatly: { name: 'Flatly', description: 'Navy and teal, with nothing raised' },
    journal: { name: 'Journal', description: 'Printed paper, with one warm red' },
    litera: { name: 'Litera', description: 'Made for reading: quiet, round and blue' },
    lumen: { name: 'Lumen', description: 'Light greys, with soft edges below' },
    lux: { name: 'Lux', description: 'Black on white, in spaced capitals' },
    materia: { name: 'Materia', description: 'Sheets of paper, stacked, in strong blue' },
    minty: { name: 'Minty', description: 'Fresh mint and soft pastels' },
    morph: { name: 'Morph', description: 'Pressed out of one pale, soft surface' },
    pulse: { name: 'Pulse', description: 'Deep violet on plain white' },
    quartz: { name: 'Quartz', description: 'Frosted glass over pink and violet' },
    sandstone: { name: 'Sandstone', description: 'Sand and moss, warm and dry' },
    simplex: { name: 'Simplex', description: 'Small, plain and red' },
    sketchy: { name: 'Sketchy', description: 'Drawn by hand, with crooked lines' },
    slate: { name: 'Slate', description: 'Gunmetal, with raised edges' },
    solar: { name: 'Solar', description: 'Deep teal and amber, easy on the eyes' },
    spacelab: { name: 'Spacelab', description: 'Brushed silver and steel blue' },
    superhero: { name: 'Superhero', description: 'Night blue with an orange cape' },
    united: { name: 'United', description: 'Orange and aubergine' },
    vapor: { name: 'Vapor', description: 'Neon lights over midnight purple' },
    yeti: { name: 'Yeti', description: 'Cool greys and an icy blue' },
    zephyr: { name: 'Zephyr', description: 'Airy and blue, with plenty of room' },
  }

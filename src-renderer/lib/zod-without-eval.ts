/**
 * Imported first of all: zod looks whether it may compile schemas with `new Function` as soon as the first schema is made,
 * and the page's security policy reports that look as an attack.
 */
import { config } from 'zod'

config({ jitless: true })

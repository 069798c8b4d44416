/** The drawing for a kind of file, always the same one. */
import type { IconName } from './icons.ts'

const byEnding: Record<string, IconName> = {
  pdf: 'file-earmark-pdf',
  ...same('file-earmark-word', 'doc docx odt rtf pages'),
  ...same('file-earmark-excel', 'xls xlsx ods csv tsv numbers'),
  ...same('file-earmark-ppt', 'ppt pptx odp key'),
  ...same('file-earmark-zip', 'zip gz tgz bz2 xz zst 7z rar tar'),
  ...same('file-earmark-code', 'js ts tsx jsx py rs go c h cpp java sh json xml yml yaml toml css sql'),
  ...same('filetype-html', 'html htm'),
  ...same('markdown', 'md markdown'),
  ...same('file-earmark-text', 'txt log'),
  ...same('film', 'mp4 mov mkv webm avi m4v'),
  ...same('file-earmark-music', 'mp3 wav flac ogg m4a opus aac'),
  ...same('file-earmark-image', 'png jpg jpeg gif webp avif svg heic bmp tif tiff'),
}

const byMedia: Record<string, IconName> = {
  image: 'file-earmark-image',
  video: 'film',
  audio: 'file-earmark-music',
  text: 'file-earmark-text',
}

/** File name and, where known, media type → icon. */
export function fileIcon(name: string, mimeType = ''): IconName {
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return byEnding[ending] ?? byMedia[mimeType.split('/')[0] ?? ''] ?? 'file-earmark'
}

function same(icon: IconName, endings: string): Record<string, IconName> {
  return Object.fromEntries(endings.split(' ').map(ending => [ending, icon]))
}

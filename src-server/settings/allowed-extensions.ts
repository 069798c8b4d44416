/**
 * Which files may be uploaded unless config.toml says otherwise: the guide's list (File Validation Configuration), and
 * kinds that people hand around every day and that nothing runs by opening them.
 */
const fromTheGuide = {
  documents: 'pdf doc docx txt rtf odt',
  images: 'jpg jpeg png gif webp bmp svg',
  archives: 'zip rar 7z tar gz',
  spreadsheets: 'xls xlsx ods csv',
  presentations: 'ppt pptx odp',
  media: 'mp3 wav mp4 avi mkv mov',
  code: 'py js html css json xml md',
}

const ours = {
  documents: 'epub ics vcf log',
  images: 'avif heic tif tiff ico',
  archives: 'bz2 xz zst tgz',
  spreadsheets: 'tsv',
  presentations: 'key pages numbers',
  media: 'm4a aac ogg oga opus flac webm m4v mpg mpeg ogv srt vtt',
  code: 'htm markdown yaml yml toml ini ts',
}

/** Lower case, without the dot. */
export const defaultExtensions: readonly string[] = [fromTheGuide, ours].flatMap(group =>
  Object.values(group).flatMap(names => names.split(' ')),
)

/**
 * The icons in use, by their Bootstrap name. Only these travel.
 */
import oneCircle from 'bootstrap-icons/icons/1-circle.svg?paths'
import archive from 'bootstrap-icons/icons/archive.svg?paths'
import arrowClockwise from 'bootstrap-icons/icons/arrow-clockwise.svg?paths'
import arrowDown from 'bootstrap-icons/icons/arrow-down.svg?paths'
import arrowRepeat from 'bootstrap-icons/icons/arrow-repeat.svg?paths'
import arrowUp from 'bootstrap-icons/icons/arrow-up.svg?paths'
import arrowUpRight from 'bootstrap-icons/icons/arrow-up-right.svg?paths'
import boxArrowInDown from 'bootstrap-icons/icons/box-arrow-in-down.svg?paths'
import boxArrowRight from 'bootstrap-icons/icons/box-arrow-right.svg?paths'
import boxArrowUp from 'bootstrap-icons/icons/box-arrow-up.svg?paths'
import boxArrowUpRight from 'bootstrap-icons/icons/box-arrow-up-right.svg?paths'
import checkCircle from 'bootstrap-icons/icons/check-circle.svg?paths'
import checkLg from 'bootstrap-icons/icons/check-lg.svg?paths'
import chevronDown from 'bootstrap-icons/icons/chevron-down.svg?paths'
import chevronExpand from 'bootstrap-icons/icons/chevron-expand.svg?paths'
import clipboard from 'bootstrap-icons/icons/clipboard.svg?paths'
import clock from 'bootstrap-icons/icons/clock.svg?paths'
import codeSlash from 'bootstrap-icons/icons/code-slash.svg?paths'
import copy from 'bootstrap-icons/icons/copy.svg?paths'
import diagram3 from 'bootstrap-icons/icons/diagram-3.svg?paths'
import download from 'bootstrap-icons/icons/download.svg?paths'
import ethernet from 'bootstrap-icons/icons/ethernet.svg?paths'
import exclamationCircle from 'bootstrap-icons/icons/exclamation-circle.svg?paths'
import exclamationOctagon from 'bootstrap-icons/icons/exclamation-octagon.svg?paths'
import exclamationTriangle from 'bootstrap-icons/icons/exclamation-triangle.svg?paths'
import eye from 'bootstrap-icons/icons/eye.svg?paths'
import eyeSlash from 'bootstrap-icons/icons/eye-slash.svg?paths'
import fileEarmark from 'bootstrap-icons/icons/file-earmark.svg?paths'
import fileEarmarkCode from 'bootstrap-icons/icons/file-earmark-code.svg?paths'
import fileEarmarkExcel from 'bootstrap-icons/icons/file-earmark-excel.svg?paths'
import fileEarmarkImage from 'bootstrap-icons/icons/file-earmark-image.svg?paths'
import fileEarmarkMusic from 'bootstrap-icons/icons/file-earmark-music.svg?paths'
import fileEarmarkPdf from 'bootstrap-icons/icons/file-earmark-pdf.svg?paths'
import fileEarmarkPpt from 'bootstrap-icons/icons/file-earmark-ppt.svg?paths'
import fileEarmarkText from 'bootstrap-icons/icons/file-earmark-text.svg?paths'
import fileEarmarkWord from 'bootstrap-icons/icons/file-earmark-word.svg?paths'
import fileEarmarkZip from 'bootstrap-icons/icons/file-earmark-zip.svg?paths'
import filetypeHtml from 'bootstrap-icons/icons/filetype-html.svg?paths'
import film from 'bootstrap-icons/icons/film.svg?paths'
import fingerprint from 'bootstrap-icons/icons/fingerprint.svg?paths'
import folder2Open from 'bootstrap-icons/icons/folder2-open.svg?paths'
import gear from 'bootstrap-icons/icons/gear.svg?paths'
import hddNetwork from 'bootstrap-icons/icons/hdd-network.svg?paths'
import infinity from 'bootstrap-icons/icons/infinity.svg?paths'
import infoCircle from 'bootstrap-icons/icons/info-circle.svg?paths'
import key from 'bootstrap-icons/icons/key.svg?paths'
import laptop from 'bootstrap-icons/icons/laptop.svg?paths'
import link from 'bootstrap-icons/icons/link.svg?paths'
import link45deg from 'bootstrap-icons/icons/link-45deg.svg?paths'
import listCheck from 'bootstrap-icons/icons/list-check.svg?paths'
import listUl from 'bootstrap-icons/icons/list-ul.svg?paths'
import lock from 'bootstrap-icons/icons/lock.svg?paths'
import markdown from 'bootstrap-icons/icons/markdown.svg?paths'
import palette from 'bootstrap-icons/icons/palette.svg?paths'
import pauseCircle from 'bootstrap-icons/icons/pause-circle.svg?paths'
import pencil from 'bootstrap-icons/icons/pencil.svg?paths'
import people from 'bootstrap-icons/icons/people.svg?paths'
import person from 'bootstrap-icons/icons/person.svg?paths'
import personFill from 'bootstrap-icons/icons/person-fill.svg?paths'
import personPlus from 'bootstrap-icons/icons/person-plus.svg?paths'
import phone from 'bootstrap-icons/icons/phone.svg?paths'
import playCircle from 'bootstrap-icons/icons/play-circle.svg?paths'
import plusLg from 'bootstrap-icons/icons/plus-lg.svg?paths'
import qrCode from 'bootstrap-icons/icons/qr-code.svg?paths'
import search from 'bootstrap-icons/icons/search.svg?paths'
import send from 'bootstrap-icons/icons/send.svg?paths'
import shieldLock from 'bootstrap-icons/icons/shield-lock.svg?paths'
import signStop from 'bootstrap-icons/icons/sign-stop.svg?paths'
import sortDown from 'bootstrap-icons/icons/sort-down.svg?paths'
import table from 'bootstrap-icons/icons/table.svg?paths'
import threeDots from 'bootstrap-icons/icons/three-dots.svg?paths'
import trash from 'bootstrap-icons/icons/trash.svg?paths'
import typeBold from 'bootstrap-icons/icons/type-bold.svg?paths'
import typeH2 from 'bootstrap-icons/icons/type-h2.svg?paths'
import typeItalic from 'bootstrap-icons/icons/type-italic.svg?paths'
import upload from 'bootstrap-icons/icons/upload.svg?paths'
import wifi from 'bootstrap-icons/icons/wifi.svg?paths'
import xCircle from 'bootstrap-icons/icons/x-circle.svg?paths'
import xLg from 'bootstrap-icons/icons/x-lg.svg?paths'

export const icons = {
  '1-circle': oneCircle,
  archive,
  'arrow-clockwise': arrowClockwise,
  'arrow-down': arrowDown,
  'arrow-repeat': arrowRepeat,
  'arrow-up': arrowUp,
  'arrow-up-right': arrowUpRight,
  'box-arrow-in-down': boxArrowInDown,
  'box-arrow-right': boxArrowRight,
  'box-arrow-up': boxArrowUp,
  'box-arrow-up-right': boxArrowUpRight,
  'check-circle': checkCircle,
  'check-lg': checkLg,
  'chevron-down': chevronDown,
  'chevron-expand': chevronExpand,
  clipboard,
  clock,
  'code-slash': codeSlash,
  copy,
  'diagram-3': diagram3,
  download,
  ethernet,
  'exclamation-circle': exclamationCircle,
  'exclamation-octagon': exclamationOctagon,
  'exclamation-triangle': exclamationTriangle,
  eye,
  'eye-slash': eyeSlash,
  'file-earmark': fileEarmark,
  'file-earmark-code': fileEarmarkCode,
  'file-earmark-excel': fileEarmarkExcel,
  'file-earmark-image': fileEarmarkImage,
  'file-earmark-music': fileEarmarkMusic,
  'file-earmark-pdf': fileEarmarkPdf,
  'file-earmark-ppt': fileEarmarkPpt,
  'file-earmark-text': fileEarmarkText,
  'file-earmark-word': fileEarmarkWord,
  'file-earmark-zip': fileEarmarkZip,
  'filetype-html': filetypeHtml,
  film,
  fingerprint,
  'folder2-open': folder2Open,
  gear,
  'hdd-network': hddNetwork,
  infinity,
  'info-circle': infoCircle,
  key,
  laptop,
  link,
  'link-45deg': link45deg,
  'list-check': listCheck,
  'list-ul': listUl,
  lock,
  markdown,
  palette,
  'pause-circle': pauseCircle,
  pencil,
  people,
  person,
  'person-fill': personFill,
  'person-plus': personPlus,
  phone,
  'play-circle': playCircle,
  'plus-lg': plusLg,
  'qr-code': qrCode,
  search,
  send,
  'shield-lock': shieldLock,
  'sign-stop': signStop,
  'sort-down': sortDown,
  table,
  'three-dots': threeDots,
  trash,
  'type-bold': typeBold,
  'type-h2': typeH2,
  'type-italic': typeItalic,
  upload,
  wifi,
  'x-circle': xCircle,
  'x-lg': xLg,
}

export type IconName = keyof typeof icons

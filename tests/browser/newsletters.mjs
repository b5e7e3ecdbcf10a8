// Pictures of the newsletters of tests/corpus/newsletters as a person sees them, to look at and for docs/rendering.md:
//   node newsletters.mjs FOLDER [NAME ...]
// writes NAME_1440_light.webp and so on: at a desk and on a phone, by day and by night.
import fs from 'node:fs'
import path from 'node:path'
import { root, setUp } from './stage.mjs'

const [folder, ...wanted] = process.argv.slice(2)
if (!folder) {
  console.error('newsletters.mjs FOLDER [NAME ...]')
  process.exit(2)
}
fs.mkdirSync(folder, { recursive: true })
const corpus = path.join(root, 'tests/corpus/newsletters')
const names = fs.readdirSync(corpus).filter(name => name.endsWith('.eml')).map(name => name.slice(0, -4)).filter(name => !wanted.length || wanted.includes(name)).sort()

const stage = await setUp()
try {
  const who = await stage.person()
  const uids = new Map()
  for (const name of names) uids.set(name, await who.other.append('INBOX', fs.readFileSync(path.join(corpus, `${name}.eml`))))
  await who.other.look('INBOX')
  for (const width of [1440, 390]) for (const dark of [false, true]) {
    const page = await stage.signedIn(who, { width, dark })
    const cdp = await page.context().newCDPSession(page)
    for (const name of names) {
      await page.goto(`${stage.base}/message/INBOX/${who.other.uidValidity}/${uids.get(name)}`)
      await page.locator('.message__frame--fitted').waitFor()
      const wide = await page.evaluate(() => {
        const letter = document.querySelector('.message__frame iframe').contentDocument.documentElement
        return { page: document.documentElement.scrollWidth - innerWidth, letter: letter.scrollWidth - letter.clientWidth }
      })
      if (wide.page > 0 || wide.letter > 0) console.log(`${name} at ${width}: the page is ${wide.page} px too wide, the letter ${wide.letter}`)
      // The reading pane as long as the letter: all of it in one picture.
      const height = await page.evaluate(() => {
        const scroller = document.querySelector('.message__scroll')
        return innerHeight + (scroller ? scroller.scrollHeight - scroller.clientHeight : 0)
      })
      await page.setViewportSize({ width, height: Math.min(Math.max(height, 844), 1900) })
      const { data } = await cdp.send('Page.captureScreenshot', { format: 'webp', quality: 60 })
      fs.writeFileSync(path.join(folder, `${name}_${width}_${dark ? 'dark' : 'light'}.webp`), Buffer.from(data, 'base64'))
      await page.setViewportSize({ width, height: width < 768 ? 844 : 900 })
    }
    await page.context().close()
  }
} finally {
  await stage.close()
}

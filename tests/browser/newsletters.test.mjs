// What becomes of a designed mail in Chromium: its own style sheet, day and night, a phone, and nothing of it beyond the
// frame.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { newsletter } from './letters.mjs'
import { root, setUp } from './stage.mjs'

const corpus = path.join(root, 'tests/corpus/newsletters')
const names = fs.readdirSync(corpus).filter(name => name.endsWith('.eml')).map(name => name.slice(0, -4)).sort()
let stage, who
const uids = new Map()
const own = {
  hostile: `<style>*{position:fixed;z-index:9;margin:0}.over{position:fixed;top:0;left:0;width:4000px;height:4000px;background:#f00}.message__head,.topbar,html,body{display:none}</style>
    <div class="over" style="position:fixed;inset:0;z-index:99999">Pay here</div><input autofocus><button autofocus>Sign in</button><p tabindex=0 contenteditable>x</p><a href="https://ok.example/" accesskey=s autofocus>ok</a><p id=end>seen</p>`,
  late: '<p>Before</p><img src="cid:late@x" width="300" alt="late"><p>After</p>',
}
before(async () => {
  stage = await setUp()
  who = await stage.person()
  for (const name of names) uids.set(name, await who.other.append('INBOX', fs.readFileSync(path.join(corpus, `${name}.eml`))))
  for (const [name, html] of Object.entries(own)) uids.set(name, await who.other.append('INBOX', newsletter(name, html)))
  await who.other.look('INBOX')
})
after(() => stage?.close())

async function open(page, name) {
  await page.goto(`${stage.base}/message/INBOX/${who.other.uidValidity}/${uids.get(name)}`)
  await page.locator('.message__frame--fitted').waitFor()
  return page.frameLocator('.message__frame iframe')
}

/** The contrast of each text with what is behind it (WCAG 2.2, 1.4.3), of those that are hard to read. */
function pale(document) {
  const numbers = colour => (colour.match(/[\d.]+/g) ?? []).map(Number)
  const light = ([r, g, b]) => [r, g, b].map(part => part / 255).map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0)
  const behind = one => {
    for (let at = one; at; at = at.parentElement) {
      const [r, g, b, a = 1] = numbers(getComputedStyle(at).backgroundColor)
      if (a > 0.5) return [r, g, b]
    }
    return [255, 255, 255]
  }
  const found = []
  for (const one of document.body.querySelectorAll('*')) {
    const text = [...one.childNodes].filter(node => node.nodeType === 3).map(node => node.data.trim()).join(' ').trim()
    if (text.length < 3 || !one.getClientRects().length) continue
    const [a, b] = [light(numbers(getComputedStyle(one).color)), light(behind(one))].sort((x, y) => y - x)
    const contrast = (a + 0.05) / (b + 0.05)
    if (contrast < 4.5) found.push(`${contrast.toFixed(1)} ${text.slice(0, 40)}`)
  }
  return found
}

for (const width of [1440, 390]) for (const dark of [false, true]) test(`each newsletter at ${width} px by ${dark ? 'night' : 'day'}`, { timeout: 120_000 }, async () => {
  const page = await stage.signedIn(who, { width, dark })
  for (const name of names) {
    await open(page, name)
    const frame = page.frames().find(one => one.url().includes('/body'))
    const wide = await page.evaluate(() => {
      const letter = document.querySelector('.message__frame iframe').contentDocument.documentElement
      return { page: document.documentElement.scrollWidth - innerWidth, letter: letter.scrollWidth - letter.clientWidth, hidden: letter.scrollHeight - letter.clientHeight }
    })
    assert.ok(wide.page <= 0, `${name}: the page is ${wide.page} px too wide`)
    // Five columns of words have a width below which they can only be scrolled, in their frame.
    assert.ok(wide.letter <= (name === 'tour' ? 40 : 0), `${name}: the letter is ${wide.letter} px too wide`)
    assert.ok(wide.hidden <= 1, `${name}: the frame hides ${wide.hidden} px`)
    const hard = await page.evaluate(`(${pale})(document.querySelector('.message__frame iframe').contentDocument)`)
    // What the author made pale is pale; what the night makes is ours.
    if (dark) assert.ok(hard.length <= (paleByDay.get(`${name} ${width}`) ?? 0), `${name}: ${hard.join('; ')}`)
    else paleByDay.set(`${name} ${width}`, hard.length)
    assert.ok(frame)
  }
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})
const paleByDay = new Map()

test('a mail has no place, no click and no focus outside its frame (X-08, X-09)', async () => {
  const page = await stage.signedIn(who)
  const frame = await open(page, 'hostile')
  await frame.getByText('seen').waitFor()
  const box = await page.locator('.message__frame iframe').boundingBox()
  // whatever is at the toolbar and the head is the page's own.
  const above = await page.evaluate(top => [[300, top - 20], [700, top - 60], [1200, 30]].map(([x, y]) => document.elementFromPoint(x, y)?.tagName), box.y)
  assert.ok(!above.includes('IFRAME'), `${above}`)
  assert.ok(await page.locator('.message__head').isVisible() && await page.locator('.topbar').isVisible())
  //
  const inside = await page.evaluate(() => {
    const letter = document.querySelector('.message__frame iframe').contentDocument
    const focusable = [...letter.querySelectorAll('input, button, select, textarea, [tabindex], [contenteditable], [autofocus], [accesskey], summary')]
    return { focusable: focusable.length, active: document.activeElement.tagName, positioned: [...letter.body.querySelectorAll('*')].filter(one => letter.defaultView.getComputedStyle(one).position !== 'static').length }
  })
  assert.deepEqual(inside, { focusable: 0, active: 'BODY', positioned: 0 })
  await page.context().close()
})

test('the frame grows with what comes late', async () => {
  const page = await stage.signedIn(who)
  await open(page, 'late')
  const before = (await page.locator('.message__frame iframe').boundingBox()).height
  await page.evaluate(() => {
    const late = document.querySelector('.message__frame iframe').contentDocument.createElement('div')
    late.setAttribute('style', 'height:700px')
    document.querySelector('.message__frame iframe').contentDocument.body.append(late)
  })
  await page.waitForFunction(height => document.querySelector('.message__frame iframe').getBoundingClientRect().height >= height + 700, before)
  await page.context().close()
})

test('a style of its own by night, and colours that were made for paper', async () => {
  const looks = async (page, name, css, property) => (await open(page, name)).locator(css).first().evaluate((one, property) => getComputedStyle(one)[property], property)
  const day = await stage.signedIn(who), night = await stage.signedIn(who, { dark: true })
  assert.equal(await looks(day, 'nightshift', '.m-card', 'backgroundColor'), 'rgb(255, 255, 255)')
  assert.equal(await looks(night, 'nightshift', '.m-card', 'backgroundColor'), 'rgb(27, 25, 34)')
  // Painted grounds stay, whatever the hour.
  assert.equal(await looks(night, 'harbour', '.m-wrap', 'backgroundColor'), 'rgb(255, 255, 255)')
  // No grounds: our night, and navy that can be read on it.
  assert.equal(await looks(night, 'choir', 'body', 'backgroundColor'), 'rgb(22, 32, 44)')
  assert.equal(await looks(day, 'choir', 'font[color="#000080"]', 'color'), 'rgb(0, 0, 128)')
  const navy = (await looks(night, 'choir', 'font[color="#000080"]', 'color')).match(/\d+/g).map(Number)
  assert.ok(navy[2] > 200 && navy[2] > navy[0], `${navy}`)
  await day.context().close()
  await night.context().close()
})

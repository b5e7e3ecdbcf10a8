// Remote pictures and links in Chromium: after "Show once" the browser asks nobody but us, with scripts and without; a finger's
// first touch on a link says where it leads.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import http from 'node:http'
import { newsletter } from './letters.mjs'
import { setUp, settings, until } from './stage.mjs'

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

let stage, who, address, site
const heard = []
before(async () => {
  site = http.createServer((request, response) => {
    heard.push(`${request.url} ${JSON.stringify(request.headers)}`)
    response.writeHead(200, { 'Content-Type': 'image/png', 'Set-Cookie': 'seen=1' }).end(PNG)
  })
  await new Promise(done => site.listen(0, '127.0.0.1', done))
  const at = `127.0.0.1:${site.address().port}`
  stage = await setUp({ config: `[remote]\nallow = ["${at}"]\n` })
  const html = `<h1>Ferns</h1><img id="a" src="http://${at}/one.png" width="40" height="40" alt="One">`
    + `<img src="http://${at}/open.gif" width="1" height="1"><img src="http://127.0.0.1:9/inside.png" width="50" height="50" alt="Two">`
    + '<p><a href="http://shop.example/a?b=1">Buy ferns</a></p><p><a href="http://evil.example/">www.bank.example</a></p>'
  who = await stage.person({ mails: [newsletter('Ferns', html)] })
  const [{ uid }] = await who.other.look('INBOX')
  address = `${stage.base}/message/INBOX/${who.other.uidValidity}/${uid}`
})
after(async () => {
  await stage?.close()
  site?.close()
})

for (const setting of settings) test(`remote pictures ${setting.name} (X-02, P-03)`, async () => {
  const page = await stage.signedIn(who, setting)
  const outside = []
  page.context().on('request', request => { if (!request.url().startsWith(stage.base)) outside.push(request.url()) })
  const before = heard.length
  await page.goto(address)
  const letter = page.frameLocator('.message__frame iframe')
  await letter.getByRole('heading', { name: 'Ferns' }).waitFor()
  assert.equal(await letter.locator('img[src]').count(), 0)
  assert.equal(heard.length, before)
  await page.getByText('3 remote images blocked, 1 of them a tracker').waitFor()
  await page.getByRole('button', { name: 'Show once' }).click()
  await page.getByText('2 remote images shown, 1 tracker still blocked').waitFor()
  await letter.getByRole('heading', { name: 'Ferns' }).waitFor()
  await until('both pictures are drawn', async () => {
    const widths = await letter.locator('img[src]').evaluateAll(all => all.map(one => one.complete && one.naturalWidth))
    return widths.length === 2 && widths.every(width => width === 1)
  })
  assert.deepEqual(outside, [])
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

test('what was fetched for the first is not fetched again, and tells of nobody', () => {
  assert.equal(heard.length, 1, heard.join('\n'))
  assert.doesNotMatch(heard[0], /cookie|referer|accept-language|sec-|ann/i)
})

test("a finger's first touch says where a link leads, its second follows", async () => {
  const page = await stage.signedIn(who, { width: 390 })
  const popups = []
  page.context().on('page', popup => popups.push(popup))
  await page.goto(address)
  const letter = page.frameLocator('.message__frame iframe')
  const line = page.locator('.link-target')
  await page.locator('.message__frame--fitted').waitFor()
  await letter.getByRole('link', { name: 'Buy ferns' }).tap()
  await line.waitFor()
  assert.match(await line.innerText(), /^http:\/\/shop\.example\/a\?b=1 Touch again to open$/)
  assert.equal(popups.length, 0)
  await letter.getByRole('link', { name: 'Buy ferns' }).tap()
  await until('the link is followed', () => popups.length === 1)
  assert.equal(await line.isVisible(), false)
  // what says by itself where it leads is followed at once
  assert.equal(await letter.getByRole('link', { name: 'www.bank.example' }).innerText(), 'www.bank.example \u26a0 evil.example')
  await letter.getByRole('link', { name: 'www.bank.example' }).tap()
  await until('the link is followed', () => popups.length === 2)
  await page.context().close()
})

test('a mail hides no mark of a link that leads elsewhere than it says', async () => {
  const hiding = '<style>span{display:none!important;color:transparent!important}.fp-mark,.x span{font-size:0!important;width:1px!important}'
    + '#x#x a>span:last-child{visibility:hidden!important;background-color:#fff!important}</style>'
    + '<div class="x" id="x" style="font-size:0;color:#fff"><a href="http://evil.example/" style="font-size:0;color:#fff">'
    + '<b style="font-size:18px;color:#000">www.bank.example</b></a></div>'
  const other = await stage.person({ mails: [newsletter('Hidden', hiding)] })
  const [{ uid }] = await other.other.look('INBOX')
  const page = await stage.signedIn(other, {})
  await page.goto(`${stage.base}/message/INBOX/${other.other.uidValidity}/${uid}`)
  await page.getByText('A link in this message says www.bank.example and leads to evil.example.').waitFor()
  const mark = page.frameLocator('.message__frame iframe').locator('a .fp-mark')
  assert.equal((await mark.innerText()).trim(), '\u26a0 evil.example')
  const [box, style] = [await mark.boundingBox(), await mark.evaluate(one => ({ ...['fontSize', 'color', 'visibility', 'backgroundColor']
    .reduce((all, name) => ({ ...all, [name]: getComputedStyle(one)[name] }), {}) }))]
  assert.ok(box.width > 80 && box.height > 12, JSON.stringify(box))
  assert.deepEqual(style, { fontSize: '13px', color: 'rgb(138, 31, 17)', visibility: 'visible', backgroundColor: 'rgb(253, 236, 234)' })
  await page.context().close()
})

test('without scripts a phone shows beside each link where it leads', async () => {
  const page = await stage.signedIn(who, { width: 390, scripts: false })
  await page.goto(address)
  const link = page.frameLocator('.message__frame iframe').getByRole('link', { name: 'Buy ferns' })
  const after = await link.evaluate(one => getComputedStyle(one, '::after').content)
  assert.match(after, /shop\.example|attr\(title\)/)
  await page.context().close()
})

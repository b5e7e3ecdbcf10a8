// A text with its looks: what is pressed is what arrives, what is pasted runs nothing, and a draft is gone on with as it was.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { newsletter } from './letters.mjs'
import { setUp, until } from './stage.mjs'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

let stage
before(async () => { stage = await setUp() })
after(() => stage?.close())

const editor = page => page.getByRole('textbox', { name: 'Message', exact: true })
const tool = (page, name) => page.getByRole('button', { name, exact: true })

/** The composer, its text with looks. */
async function writing(person, setting = {}) {
  const page = await stage.signedIn(person, setting)
  await page.goto(`${stage.base}/compose`)
  await page.locator('.segments__item', { hasText: 'Rich' }).click()
  await page.locator('.compose__rich').waitFor()
  return page
}

async function paste(page, html) {
  await editor(page).evaluate((box, text) => {
    const data = new DataTransfer()
    data.setData('text/html', text)
    data.setData('text/plain', 'plain')
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, html)
}

test('what is pressed is what arrives, beside a plain text that says the same', async () => {
  const [ann, bo] = [await stage.person(), await stage.person()]
  const page = await writing(ann)
  await page.getByLabel('To', { exact: true }).fill(bo.user)
  await page.getByLabel('Subject', { exact: true }).fill('Looks')
  await editor(page).click()
  await page.keyboard.type('Dear Bo,')
  await page.keyboard.press('Enter')
  await tool(page, 'Bold').click()
  assert.equal(await tool(page, 'Bold').getAttribute('aria-pressed'), 'true')
  await page.keyboard.type('bold')
  await tool(page, 'Bold').click()
  await page.keyboard.type(' and ')
  await page.keyboard.press('Control+i')
  await page.keyboard.type('slanted')
  await page.keyboard.press('Control+i')
  await page.keyboard.press('Enter')
  await tool(page, 'List').click()
  await page.keyboard.type('one')
  await page.keyboard.press('Enter')
  await page.keyboard.type('two')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await page.locator('input[data-format=colour]').fill('#aa0000')
  await editor(page).press('End')
  await page.keyboard.type('red')
  await editor(page).press('Shift+Home')
  await tool(page, 'Link').click()
  await page.getByLabel('Address of the link', { exact: true }).fill('ferns.example/a')
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.querySelector('.compose__rich a')?.getAttribute('href') === 'https://ferns.example/a')
  // colours are seen, though the page's policy lets no style in markup take effect
  await until('the text is red', () => page.evaluate(() => {
    const marked = document.querySelector('.compose__rich [style*="color"]')
    return marked && getComputedStyle(marked).color === 'rgb(170, 0, 0)'
  }))
  await page.evaluate(axe)
  const { violations } = await page.evaluate(only => window.axe.run(document, { runOnly: only, resultTypes: ['violations'] }), rules)
  assert.deepEqual(violations.map(one => [one.id, ...one.nodes.map(node => node.html)]), [])
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await until('it arrives', async () => (await bo.other.subjects('INBOX').catch(() => [])).includes('Looks'))
  assert.deepEqual(page.complaints, [])
  await page.context().close()

  const reader = await stage.signedIn(bo, {})
  const [{ uid }] = await bo.other.look('INBOX')
  await reader.goto(`${stage.base}/message/INBOX/${bo.other.uidValidity}/${uid}`)
  const letter = reader.frameLocator('.message__frame iframe')
  await letter.locator('b', { hasText: 'bold' }).waitFor()
  assert.equal(await letter.locator('i', { hasText: 'slanted' }).count(), 1)
  assert.deepEqual(await letter.locator('ul li').allInnerTexts(), ['one', 'two'])
  assert.equal(await letter.locator('a').getAttribute('href'), 'https://ferns.example/a')
  const source = await (await reader.request.get(`${stage.base}/message/INBOX/${bo.other.uidValidity}/${uid}/source`)).text()
  assert.match(source, /multipart\/alternative/)
  assert.match(source, /Dear Bo,/)
  assert.match(source, /- one/)
  await reader.context().close()
})

test('the toolbar is one stop, and arrows go on from there', async () => {
  const page = await writing(await stage.person())
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.value)
  await page.getByLabel('Subject', { exact: true }).focus()
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'Bold')
  await page.keyboard.press('ArrowRight')
  assert.equal(await focused(), 'Italic')
  await page.keyboard.press('End')
  assert.equal(await focused(), 'Redo')
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'rich')
  await page.keyboard.press('Tab')
  assert.equal(await focused(), 'Message')
  await page.context().close()
})

test('what is pasted runs nothing, asks nobody and keeps no strange looks (X-16)', async () => {
  const page = await writing(await stage.person())
  const outside = []
  page.context().on('request', request => { if (!request.url().startsWith(stage.base) && !request.url().startsWith('data:')) outside.push(request.url()) })
  await page.evaluate(() => { window.ran = 0 })
  await editor(page).click()
  await paste(page, '<p onclick="ran++" style="position:fixed;color:red;background:url(http://127.0.0.1:9/x)">one <b>two</b></p>'
    + '<img src="http://127.0.0.1:9/y.png" onerror="ran++"><script>ran++<\/script><svg onload="ran++"></svg><iframe src="http://127.0.0.1:9/z"></iframe>'
    + '<a href="javascript:ran++">three</a><style>body{display:none}</style><form action="http://127.0.0.1:9/"><input name="a"></form>')
  await page.waitForFunction(() => document.querySelector('.compose__rich').textContent.includes('three'))
  const markup = await editor(page).evaluate(box => box.innerHTML)
  for (const wrong of ['onclick', 'onerror', 'script', 'svg', 'iframe', 'position', 'url(', '127.0.0.1', '<style', '<form', '<input']) {
    assert.ok(!markup.includes(wrong), `${wrong} in ${markup}`)
  }
  assert.match(markup, /<b>two<\/b>/)
  // undo goes by way of markup too
  await tool(page, 'Undo').click()
  await tool(page, 'Redo').click()
  await page.waitForFunction(() => document.querySelector('.compose__rich').textContent.includes('three'))
  assert.equal(await page.evaluate(() => window.ran), 0)
  assert.deepEqual(outside, [])
  await page.context().close()
})

test('a draft is gone on with as it looked, and becomes plain when that is chosen', async () => {
  const ann = await stage.person()
  const page = await writing(ann, { width: 390 })
  await page.getByLabel('Subject', { exact: true }).fill('Kept')
  await editor(page).click()
  await page.keyboard.press('Control+b')
  await page.keyboard.type('strong words')
  await page.getByRole('button', { name: 'Save draft', exact: true }).click()
  await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
  await page.locator('.compose__rich b', { hasText: 'strong words' }).waitFor()
  await page.goto(`${stage.base}/mailbox/Drafts`)
  await page.getByRole('link', { name: 'Kept', exact: true }).click()
  await page.locator('.compose__rich b', { hasText: 'strong words' }).waitFor()
  await page.locator('.segments__item', { hasText: 'Plain' }).click()
  assert.equal(await page.locator('textarea[name=text]').inputValue(), 'strong words')
  await page.getByRole('button', { name: 'Save draft', exact: true }).click()
  await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
  await page.goto(`${stage.base}/mailbox/Drafts`)
  await page.getByRole('link', { name: 'Kept', exact: true }).click()
  await page.locator('textarea[name=text]').waitFor()
  assert.equal(await page.locator('textarea[name=text]').isVisible(), true)
  assert.equal(await page.locator('.compose__rich').count(), 0)
  await page.context().close()
})

test('a picture that is pasted stands in the text, here and there', async () => {
  const [ann, bo] = [await stage.person(), await stage.person()]
  const page = await writing(ann)
  await page.getByLabel('To', { exact: true }).fill(bo.user)
  await page.getByLabel('Subject', { exact: true }).fill('Picture')
  await editor(page).click()
  await page.keyboard.type('Look: ')
  await editor(page).evaluate((box, base64) => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(atob(base64), one => one.charCodeAt())], 'dot.png', { type: 'image/png' }))
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
  }, 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==')
  await until('it is seen', () => page.evaluate(() => document.querySelector('.compose__rich img')?.naturalWidth === 1))
  await page.getByRole('button', { name: 'Remove dot.png' }).waitFor()
  await page.getByRole('button', { name: 'Save draft', exact: true }).click()
  await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
  await until('it is seen in the draft', () => page.evaluate(() => document.querySelector('.compose__rich img')?.naturalWidth === 1))
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await until('it arrives', async () => (await bo.other.subjects('INBOX').catch(() => [])).includes('Picture'))
  assert.deepEqual(page.complaints, [])
  await page.context().close()

  const reader = await stage.signedIn(bo, {})
  const [{ uid }] = await bo.other.look('INBOX')
  await reader.goto(`${stage.base}/message/INBOX/${bo.other.uidValidity}/${uid}`)
  const shown = reader.frameLocator('.message__frame iframe').locator('img')
  await until('it is seen there', async () => await shown.count() === 1 && shown.evaluate(one => one.naturalWidth === 1))
  assert.equal(await reader.locator('.attachment').count(), 0, 'it is no file beside the text')
  await reader.context().close()
})

test('a picture that is chosen from a file stands in the text, by the keyboard alone', async () => {
  const ann = await stage.person()
  const page = await writing(ann)
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('aria-label'))
  await page.getByLabel('Subject', { exact: true }).fill('Chosen')
  await editor(page).click()
  await page.keyboard.type('Look: ')
  const asked = page.waitForEvent('filechooser')
  await tool(page, 'Bold').focus()
  for (let step = 0; step < 20 && await focused() !== 'Picture in the text'; step++) await page.keyboard.press('ArrowRight')
  assert.equal(await focused(), 'Picture in the text')
  await page.keyboard.press('Enter')
  const buffer = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
  await (await asked).setFiles([{ name: 'dot.png', mimeType: 'image/png', buffer }, { name: 'plan.txt', mimeType: 'text/plain', buffer }])
  await until('it is seen', () => page.evaluate(() => document.querySelector('.compose__rich img')?.naturalWidth === 1))
  for (const name of ['dot.png', 'plan.txt']) await page.getByRole('button', { name: `Remove ${name}` }).waitFor()
  assert.equal(await focused(), 'Message', 'and one types on')
  await page.keyboard.type('!')
  await page.getByRole('button', { name: 'Save draft', exact: true }).click()
  await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
  await until('it is seen in the draft', () => page.evaluate(() => document.querySelector('.compose__rich img')?.naturalWidth === 1))
  assert.match(await page.locator('.compose__rich').innerText(), /Look:\s[\s\S]*!/)
  assert.deepEqual((await page.locator('.attachment__name').allInnerTexts()).sort(), ['dot.png', 'plan.txt'])
  await page.locator('.segments__item', { hasText: 'Plain' }).click()
  assert.equal(await tool(page, 'Picture in the text').isVisible(), false)
  assert.deepEqual(page.complaints, [])
  // a signature has none
  await page.goto(`${stage.base}/settings/identities/0`)
  await page.locator('.compose__tools:not([hidden])').waitFor()
  assert.equal(await page.locator('[data-format=picture]').count(), 0)
  await page.context().close()
})

/** The source of the newest message in somebody's inbox. */
async function arrived(person, subject) {
  await until(`${subject} arrives`, async () => (await person.other.subjects('INBOX').catch(() => [])).includes(subject))
  const [{ uid }] = await person.other.look('INBOX')
  const reader = await stage.signedIn(person)
  const source = await (await reader.request.get(`${stage.base}/message/INBOX/${person.other.uidValidity}/${uid}/source?download=1`)).text()
  await reader.context().close()
  return source.replace(/=\r?\n/g, '')
}

test('an answer to a designed mail quotes it as it looked, without its pictures, and as text for those who chose that (X-16)', async () => {
  const [ann, bo] = [await stage.person(), await stage.person()]
  const markup = '<style>p{color:red}</style><p>Dear <b>Ann</b>,</p><img src="http://127.0.0.1:9/pixel.png" alt="Pixel"><p>see <i>this</i>.</p>'
  await ann.other.append('INBOX', newsletter('Ferns', markup))
  const [{ uid }] = await ann.other.look('INBOX')
  const page = await stage.signedIn(ann)
  const outside = []
  page.context().on('request', request => { if (!request.url().startsWith(stage.base) && !request.url().startsWith('data:')) outside.push(request.url()) })
  const original = encodeURIComponent(`INBOX/${ann.other.uidValidity}/${uid}`)
  await page.goto(`${stage.base}/compose?reply=${original}`)
  await page.locator('.compose__rich blockquote[type=cite] b', { hasText: 'Ann' }).waitFor()
  assert.equal(await page.locator('.compose__rich img').count(), 0)
  await editor(page).evaluate(box => getSelection().collapse(box, 0))
  await page.keyboard.type('Yes.')
  await page.getByLabel('To', { exact: true }).fill(bo.user)
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  const source = await arrived(bo, 'Re: Ferns')
  assert.match(source, /<blockquote type=(3D)?"cite"><p>Dear <b>Ann<\/b>,<\/p>/)
  assert.match(source, /\r\n> Dear Ann,/)
  assert.ok(!source.includes('pixel.png') && !source.includes('color:red'), source)
  // whoever likes plain text gets plain text, and can have the looks all the same
  await page.goto(`${stage.base}/compose`)
  await page.locator('.segments__item', { hasText: 'Rich' }).click()
  await page.locator('.segments__item', { hasText: 'Plain' }).click()
  await page.goto(`${stage.base}/compose?reply=${original}`)
  await page.locator('.compose__tools').waitFor()
  const text = page.locator('textarea[name=text]')
  assert.equal(await text.isVisible(), true)
  assert.match(await text.inputValue(), /\n> Dear Ann,/)
  await text.evaluate(field => { field.value = `Typed first.\n${field.value}` })
  await page.locator('.segments__item', { hasText: 'Rich' }).click()
  await page.locator('.compose__rich blockquote[type=cite] b', { hasText: 'Ann' }).waitFor()
  await page.locator('.compose__rich > div', { hasText: 'Typed first.' }).first().waitFor()
  assert.deepEqual(outside, [])
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

test('an answer with looks leaves a draft behind when somebody wrote in it, and none when nobody did', async () => {
  const mails = [
    '<p>Dear <b>Ann</b></p>',
    '<div style="color:#333"><p style="margin:0">Dear&nbsp;<span style="font-size:12px">Ann</span></p><ul><li>one<li>two</ul><p> </p></div><hr>',
    '<table width=600><tr><td style="padding:4px" bgcolor=#eee><a href="https://x.example/a">x</a> <b> y </b></table><br><br><center>text</center><pre>  a\n b</pre>',
  ]
  const ann = await stage.person({ mails: mails.map((html, at) => newsletter(`Ferns ${at}`, html)) })
  const page = await stage.signedIn(ann)
  const saved = []
  page.on('request', request => { if (request.url() === `${stage.base}/drafts`) saved.push(request.postData()) })
  const close = async () => {
    await page.getByRole('button', { name: 'Close, the draft is kept' }).click()
    await page.getByRole('heading', { level: 1, name: 'Inbox' }).waitFor()
    return ann.other.subjects('Drafts').catch(() => [])
  }
  const all = await ann.other.look('INBOX')
  const { uidValidity } = ann.other
  const answer = async uid => {
    await page.goto(`${stage.base}/compose?reply=${encodeURIComponent(`INBOX/${uidValidity}/${uid}`)}`)
    await page.locator('.compose__rich blockquote').first().waitFor()
  }
  for (const { uid } of all) {
    await answer(uid)
    assert.ok(await editor(page).evaluate(box => box === document.activeElement), 'the focus goes along')
    assert.deepEqual(await close(), [])
    // looked at, from end to end, and turned away from
    await answer(uid)
    await editor(page).click()
    for (const key of ['Control+End', 'ArrowUp', 'Control+Home', 'Control+a', 'Control+c', 'ArrowLeft']) await page.keyboard.press(key)
    await page.evaluate(() => dispatchEvent(new Event('blur')))
    await page.getByLabel('Subject', { exact: true }).focus()
    assert.deepEqual(await close(), [])
  }
  assert.deepEqual(saved, [])

  const [{ uid, subject }] = all
  for (const [change, drafts] of [
    [() => page.keyboard.press('Enter'), 1], [() => page.keyboard.type('Yes'), 2],
    [() => tool(page, 'Quote').click(), 3], [() => page.getByLabel('To', { exact: true }).fill('bo@b.example'), 4],
  ]) {
    await answer(uid)
    await change()
    assert.deepEqual(await close(), Array(drafts).fill(`Re: ${subject}`))
  }
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

test('a signature is written with its looks, stands in a new message, and arrives', async () => {
  const [ann, bo] = [await stage.person(), await stage.person()]
  const page = await stage.signedIn(ann)
  await page.goto(`${stage.base}/settings/identities/0`)
  await page.locator('.segments__item', { hasText: 'Rich' }).click()
  const signature = page.getByRole('textbox', { name: 'Signature', exact: true })
  await signature.click()
  await page.keyboard.press('Control+b')
  await page.keyboard.type('Ann')
  await page.keyboard.press('Control+b')
  await page.keyboard.press('Enter')
  await page.keyboard.type('Harbour 7')
  await page.evaluate(axe)
  const { violations } = await page.evaluate(only => window.axe.run(document, { runOnly: only, resultTypes: ['violations'] }), rules)
  assert.deepEqual(violations.map(one => [one.id, ...one.nodes.map(node => node.html)]), [])
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('signature “Ann”').waitFor()
  await page.goto(`${stage.base}/settings/identities/0`)
  await page.locator('.signature .compose__rich b', { hasText: 'Ann' }).waitFor()
  await page.goto(`${stage.base}/compose`)
  await page.locator('.compose__rich b', { hasText: 'Ann' }).waitFor()
  await page.getByLabel('To', { exact: true }).fill(bo.user)
  await page.getByLabel('Subject', { exact: true }).fill('Signed')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  const source = await arrived(bo, 'Signed')
  assert.match(source, /<b>Ann<\/b>/)
  assert.match(source, /-- \r\nAnn\r\nHarbour 7/)
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

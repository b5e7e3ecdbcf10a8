// Writing, as a person does it: what is typed is kept whatever happens, and what is sent arrives once. With scripts and
// without, at a desk and on a phone; another mail program says what really is in Drafts, Sent and the other's inbox.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { Hand, says } from './hand.mjs'
import { letter, newsletter } from './letters.mjs'
import { setUp, settings, until } from './stage.mjs'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Chromium itself reports an answer that refuses. */
const refusal = line => /status of (401|403|422)/.test(line)

let stage
before(async () => { stage = await setUp() })
after(() => stage?.close())

/** Somebody and whom they write to; `undo` is the time in which a message can be taken back. */
async function begin(setting = {}, { mails = [], undo = '0' } = {}) {
  const [who, bo] = [await stage.person({ mails }), await stage.person()]
  const page = await stage.signedIn(who, setting)
  await page.goto(`${stage.base}/settings/writing`)
  await page.locator("select[name=undo]").selectOption(undo)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await says(page, 'Saved.')
  await page.goto(`${stage.base}/mailbox/INBOX`)
  return { who, bo, page, hand: new Hand(page, setting) }
}

async function end(page) {
  assert.deepEqual(page.complaints.filter(line => !refusal(line)), [])   // H-02
  await page.context().close()
}

const field = (page, name) => page.getByLabel(name, { exact: true })
const press = (page, name) => page.getByRole('button', { name, exact: true }).click()
const has = (person, mailbox, subject) => async () => (await person.other.subjects(mailbox).catch(() => [])).includes(subject)

async function fill(page, to, subject, text) {
  await field(page, 'To').fill(to)
  await field(page, 'Subject').fill(subject)
  await field(page, 'Message').fill(text)
}

for (const setting of settings) describe(setting.name, { concurrency: 2 }, () => {
  test('writes, attaches, keeps, goes on and sends', async () => {
    const { who, bo, page, hand } = await begin(setting)
    await page.getByRole('link', { name: 'Write', exact: true }).filter({ visible: true }).click()
    await hand.heading('New message')
    await fill(page, bo.user, 'Plans', 'Dear Bo,\n\nhere they are.')
    await page.locator('input[name=files]').setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('the plan') })
    if (!setting.scripts) await press(page, 'Attach')
    await page.getByRole('button', { name: 'Remove plan.txt' }).waitFor()
    assert.equal(await field(page, 'Message').inputValue(), 'Dear Bo,\n\nhere they are.')

    await press(page, 'Save draft')
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
    assert.deepEqual(await who.other.subjects('Drafts'), ['Plans'])
    await press(page, 'Close, the draft is kept')
    await hand.heading('Inbox')

    await page.goto(`${stage.base}/mailbox/Drafts`)
    await page.getByRole('link', { name: 'Plans', exact: true }).click()
    await page.getByRole('button', { name: 'Remove plan.txt' }).waitFor()
    assert.equal(await field(page, 'To').inputValue(), bo.user)
    await press(page, 'Send')
    await says(page, 'Sent.')
    await until('it arrives', has(bo, 'INBOX', 'Plans'))
    assert.deepEqual(await who.other.subjects('Sent'), ['Plans'])
    assert.deepEqual(await who.other.subjects('Drafts'), [])
    await end(page)
  })

  test('answers from the message, and is back at it', async () => {
    const { who, bo, page, hand } = await begin(setting, { mails: [letter('Lunch?')] })
    await hand.open('Lunch?')
    await hand.bar.getByRole('link', { name: 'Reply', exact: true }).click()
    await hand.heading('Reply to Berta Sommer')
    assert.equal(await field(page, 'Subject').inputValue(), 'Re: Lunch?')
    await field(page, 'To').fill(bo.user)
    await press(page, 'Send')
    await hand.heading('Lunch?')
    await until('it arrives', has(bo, 'INBOX', 'Re: Lunch?'))
    assert.deepEqual(await who.other.flags('INBOX', 'Lunch?'), ['\\Answered', '\\Seen'])
    await end(page)
  })

  test('is told what is wrong, and keeps what was typed', async () => {
    const { page, hand } = await begin(setting)
    await page.goto(`${stage.base}/compose`)
    await fill(page, 'Bo <bo@b.example>, tove@kontor7', 'Plans', 'A long text')
    await press(page, 'Send')
    await page.getByRole('alert').waitFor()
    assert.match(await page.getByRole('alert').innerText(), /Not sent yet\. One thing needs a look\.\s+“tove@kontor7” is not a complete address/)
    assert.equal(await field(page, 'To').getAttribute('aria-invalid'), 'true')
    assert.equal(await field(page, 'Message').inputValue(), 'A long text')
    await page.getByRole('link', { name: /not a complete address/ }).click()
    if (setting.scripts || true) assert.equal(await page.evaluate(() => document.activeElement?.id || location.hash.slice(1)), 'to')
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    assert.ok(wide <= 0, `nothing scrolls sideways: ${wide}`)
    assert.ok(hand)
    await end(page)
  })

  test('has it back after signing in again', async () => {
    const { who, page } = await begin(setting)
    await page.goto(`${stage.base}/compose`)
    await fill(page, 'bo@b.example', 'Long', 'Typed for hours.')
    const cookies = await page.context().cookies()
    await page.context().clearCookies({ name: cookies.find(cookie => /fernpost$/.test(cookie.name)).name })
    await press(page, 'Save draft')
    await page.getByText(/what you wrote is there again/).waitFor()
    await page.getByLabel('Mail address').fill(who.user)
    await page.getByLabel('Password').fill(who.password)
    await press(page, 'Sign in')
    await field(page, 'Message').waitFor()
    assert.equal(await field(page, 'Message').inputValue(), 'Typed for hours.')
    assert.equal(await field(page, 'Subject').inputValue(), 'Long')
    page.context().on('dialog', dialog => dialog.accept())
    await end(page)
  })

  test('takes a message back', async () => {
    const { who, bo, page } = await begin(setting, { undo: '30' })
    await page.goto(`${stage.base}/compose`)
    await fill(page, bo.user, 'Hasty', 'No.')
    await press(page, 'Send')
    await page.getByText(/^Goes out in/).waitFor()
    await page.locator('.flash').getByRole('button', { name: 'Undo' }).click()
    await field(page, 'Message').waitFor()
    assert.equal(await field(page, 'Subject').inputValue(), 'Hasty')
    assert.deepEqual(await who.other.subjects('Drafts'), ['Hasty'])
    assert.equal(await has(bo, 'INBOX', 'Hasty')(), false)
    await end(page)
  })
})

describe('scripts', { concurrency: 2 }, () => {
  test('save what is written when somebody turns away, and say so', async () => {
    const { who, page } = await begin()
    await page.goto(`${stage.base}/compose`)
    await fill(page, 'bo@b.example', 'By itself', 'One')
    await page.evaluate(() => dispatchEvent(new Event('blur')))
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
    assert.deepEqual(await who.other.subjects('Drafts'), ['By itself'])
    // once more, in the place of the first
    await field(page, 'Subject').fill('By itself, again')
    await page.getByText('Not saved yet').waitFor()
    await page.evaluate(() => dispatchEvent(new Event('blur')))
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
    assert.deepEqual(await who.other.subjects('Drafts'), ['By itself, again'])
    // nothing changed, nothing is saved
    const asked = []
    page.on('request', request => { if (request.url().endsWith('/drafts')) asked.push(request.url()) })
    await page.evaluate(() => dispatchEvent(new Event('blur')))
    await page.evaluate(() => new Promise(done => setTimeout(done, 300)))
    assert.deepEqual(asked, [])
    await end(page)
  })

  test('tell that the network is gone, keep the text, and save when it is back', async () => {
    const { who, page } = await begin()
    await page.goto(`${stage.base}/compose`)
    await fill(page, 'bo@b.example', 'In a train', 'One')
    await page.context().setOffline(true)
    await page.evaluate(() => dispatchEvent(new Event('blur')))
    await page.getByText(/^Not saved\. What you typed is still here/).waitFor()
    await press(page, 'Send')
    await page.getByText(/^Not saved\. What you typed is still here/).waitFor()
    assert.equal(await field(page, 'Message').inputValue(), 'One')
    await page.context().setOffline(false)
    await page.evaluate(() => dispatchEvent(new Event('online')))
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
    assert.deepEqual(await who.other.subjects('Drafts'), ['In a train'])
    assert.deepEqual(page.complaints.filter(line => !/ERR_INTERNET_DISCONNECTED/.test(line)), [])
    await page.context().close()
  })

  test('know their own draft again, though the answer to its saving was lost', async () => {
    const { who, page } = await begin()
    await page.goto(`${stage.base}/compose`)
    const save = () => page.evaluate(() => dispatchEvent(new Event('blur')))
    await fill(page, 'bo@b.example', 'In a train', 'One')
    await save()
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor()
    // the server has it, and the page is not told
    await page.route('**/drafts', async route => { await route.fetch(); await route.abort() }, { times: 2 })
    for (const subject of ['In a tunnel', 'In a longer tunnel']) {
      await field(page, 'Subject').fill(subject)
      await save()
      await page.getByText(/^Not saved\. What you typed is still here/).waitFor()
      await until('the server has it', has(who, 'Drafts', subject))
    }
    await field(page, 'Subject').fill('In the light')
    await save()
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor()                           // nobody else changed it
    assert.deepEqual(await who.other.subjects('Drafts'), ['In the light'])
    assert.deepEqual(page.complaints.filter(line => !/ERR_FAILED/.test(line)), [])
    await page.context().close()
  })

  test('lose nothing where the network goes between the question and the form', async () => {
    const { who, bo, page } = await begin()
    await page.goto(`${stage.base}/compose`)
    await fill(page, bo.user, 'In a train', 'Much was typed since it was saved.')
    // all but the form itself still goes through
    await page.route('**/compose', route => (route.request().method() === 'POST' ? route.abort('internetdisconnected') : route.continue()))
    const lost = page.waitForEvent('requestfailed', request => request.method() === 'POST' && request.url().endsWith('/compose'))
    await press(page, 'Send')
    await lost
    await until('it is among the drafts', has(who, 'Drafts', 'In a train'))
    await page.unrouteAll()
    await page.goto(`${stage.base}/mailbox/Drafts`)
    await page.getByRole('link', { name: 'In a train', exact: true }).click()
    assert.equal((await field(page, 'Message').inputValue()).trim(), 'Much was typed since it was saved.')
    await press(page, 'Send')
    await says(page, 'Sent.')
    await until('it arrives', has(bo, 'INBOX', 'In a train'))
    assert.deepEqual(await who.other.subjects('Drafts'), [])
    // Back leads to what became of it
    await page.goBack()
    await says(page, 'Sent.')
    await page.context().close()
  })

  test('tell that a draft was changed elsewhere, and both are kept', async () => {
    const { who, bo, page } = await begin()
    await page.goto(`${stage.base}/compose`)
    await fill(page, 'bo@b.example', 'Mine', 'One')
    await press(page, 'Save draft')
    await page.getByText(/^Saved/).waitFor()
    const other = await stage.tab(page.context())
    await other.goto(`${stage.base}/mailbox/Drafts`)
    await other.getByRole('link', { name: 'Mine', exact: true }).click()
    await field(other, 'Subject').fill('Theirs')
    await press(other, 'Save draft')
    await other.getByText(/^Saved/).waitFor()
    await field(page, 'Subject').fill('Mine, later')
    await page.evaluate(() => dispatchEvent(new Event('blur')))
    await page.getByText('This draft was changed elsewhere too. Both are kept in Drafts.').waitFor()
    assert.deepEqual((await who.other.subjects('Drafts')).sort(), ['Mine, later', 'Theirs'])
    // whoever sends is told too, before it goes
    const third = await stage.tab(page.context())
    await third.goto(`${stage.base}/mailbox/Drafts`)
    await third.getByRole('link', { name: 'Mine, later', exact: true }).click()
    await field(third, 'Subject').fill('Mine, elsewhere')
    await press(third, 'Save draft')
    await third.getByText(/^Saved/).waitFor()
    await field(page, 'To').fill(bo.user)
    await press(page, 'Send')
    await page.getByText(/Both are kept in Drafts\. Press the button again/).waitFor()
    await press(page, 'Send')
    await says(page, 'Sent.')
    assert.deepEqual((await who.other.subjects('Drafts')).sort(), ['Mine, elsewhere', 'Theirs'])
    await end(page)
  })

  test('send what was written beside a message that waits as one of its own', async () => {
    const { who, bo, page } = await begin({}, { undo: '30' })
    await page.goto(`${stage.base}/compose`)
    await fill(page, bo.user, 'First', 'One')
    await press(page, 'Save draft')
    await page.getByText(/^Saved/).waitFor()
    const other = await stage.tab(page.context())
    await other.goto(`${stage.base}/mailbox/Drafts`)
    await other.getByRole('link', { name: 'First', exact: true }).click()
    await press(page, 'Send')
    await page.getByText(/^Goes out in/).waitFor()
    await field(other, 'Subject').fill('Second')
    await press(other, 'Send')
    await other.getByText(/is kept beside it in Drafts\. Press the button again/).waitFor()
    // what has another name by now is not changed by that
    const asked = []
    other.on('request', request => { if (request.url().endsWith('/drafts')) asked.push(request.url()) })
    await press(other, 'Send')
    await other.getByText(/^Goes out in/).waitFor()
    assert.deepEqual(asked, [])
    await other.goto(`${stage.base}/outbox`)
    assert.deepEqual((await other.locator('.outbox__subject').allTextContents()).map(text => text.trim()).sort(), ['First', 'Second'])
    assert.deepEqual((await who.other.subjects('Drafts')).sort(), ['First', 'Second'])
    await end(page)
  })

  test('warn before what is not saved is left', async () => {
    const { page } = await begin()
    await page.goto(`${stage.base}/compose`)
    await field(page, 'Message').pressSequentially('Not saved')
    const asked = new Promise(done => page.once('dialog', dialog => { done(dialog.type()); dialog.dismiss() }))
    await page.route('**/drafts', route => route.abort())
    page.evaluate(() => location.assign('mailbox/INBOX')).catch(() => {})
    assert.equal(await asked, 'beforeunload')
    assert.equal(await field(page, 'Message').inputValue(), 'Not saved')
    await page.context().close()
  })

  test('send files ahead, dropped and pasted ones too, and take them off', async () => {
    const { page } = await begin()
    await page.goto(`${stage.base}/compose`)
    const give = (kind, name) => page.evaluate(([kind, name]) => {
      const data = new DataTransfer()
      data.items.add(new File(['x'.repeat(2000)], name, { type: 'text/plain' }))
      const event = kind === 'drop' ? new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data })
        : new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data })
      document.getElementById('text').dispatchEvent(event)
    }, [kind, name])
    await give('drop', 'dropped.txt')
    await give('paste', 'pasted.txt')
    for (const name of ['dropped.txt', 'pasted.txt']) await page.getByRole('button', { name: `Remove ${name}` }).waitFor()
    assert.equal(await page.locator('input[name=attachment]').count(), 2)
    const gone = page.waitForResponse(answer => /\/uploads\/\w+\/remove$/.test(answer.url()))
    await press(page, 'Remove dropped.txt')
    assert.equal((await gone).status(), 204, 'it takes no room any more')
    await press(page, 'Save draft')
    await page.getByText(/^Saved/).waitFor()
    assert.deepEqual(await page.locator('.attachment__name').allInnerTexts(), ['pasted.txt'])
    await end(page)
  })

  test('need nothing but the keyboard', async () => {
    const { bo, page, hand } = await begin()
    await page.keyboard.press('c')
    await hand.heading('New message')
    await page.locator('#to:focus').waitFor()   // the page goes there by itself, some time after it can be seen
    await page.keyboard.type(bo.user)
    await page.keyboard.press('Escape')
    await page.keyboard.press('Tab')   // Cc, Bcc, reply to
    await page.keyboard.press('Tab')
    await page.keyboard.type('By keys')
    await page.keyboard.press('Enter') // sends nothing
    await page.keyboard.press('Tab')   // rich or plain
    await page.keyboard.press('Tab')
    await page.keyboard.type('Hello')
    assert.equal(await field(page, 'Message').inputValue(), 'Hello')
    await page.keyboard.press('Control+Enter')
    await says(page, 'Sent.')
    await until('it arrives', has(bo, 'INBOX', 'By keys'))
    await end(page)
  })
})

for (const width of [1440, 390]) for (const dark of [false, true]) {
  test(`axe finds nothing at ${width} px by ${dark ? 'night' : 'day'}`, async () => {
    const { page } = await begin({ width, dark })
    await page.goto(`${stage.base}/compose`)
    const look = async name => {
      await page.evaluate(axe)
      const found = await page.evaluate(async rules => (await window.axe.run(document, { runOnly: rules })).violations
        .map(one => `${one.id}: ${one.nodes.map(node => node.html).join(' ')}`), rules)
      assert.deepEqual(found, [], name)
    }
    await look('empty')
    await page.locator('.compose__more > summary').click()
    await page.locator('input[name=files]').setInputFiles({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('the plan') })
    await page.getByRole('button', { name: 'Remove plan.txt' }).waitFor()
    await look('everything open')
    await page.locator('.button-pair summary').click()
    await look('send later')
    await page.keyboard.press('Escape')
    await fill(page, 'tove@', '', 'x')
    await press(page, 'Send')
    await page.getByRole('alert').waitFor()
    await look('refused')
    await page.goto(`${stage.base}/outbox`)
    await look('outbox')
    await page.context().close()
  })
}

test('a link to a mail address in a designed mail opens our composer beside it, without scripts too', async () => {
  const ann = await stage.person({ mails: [newsletter('Write to us', '<p><a href="mailto:desk@ferns.example?subject=Ferns%20please&bcc=spy@evil.example">Write</a></p>')] })
  const [{ uid }] = await ann.other.look('INBOX')
  const message = `${stage.base}/message/INBOX/${ann.other.uidValidity}/${uid}`
  for (const scripts of [true, false]) {
    const page = await stage.signedIn(ann, { scripts })
    await page.goto(message)
    const framed = page.frameLocator('.message__frame iframe').getByRole('link', { name: 'Write' })
    const alone = page.getByRole('link', { name: 'Write' })
    for (const [address, link] of [[message, framed], [`${message}/body`, alone], [`${message}/print`, alone]]) {
      await page.goto(address)
      const opened = page.waitForEvent('popup')
      await link.click()
      const composer = await opened
      await composer.getByLabel('Subject', { exact: true }).waitFor()
      assert.equal(await composer.getByLabel('To', { exact: true }).inputValue(), 'desk@ferns.example')
      assert.equal(await composer.getByLabel('Subject', { exact: true }).inputValue(), 'Ferns please')
      assert.equal(await composer.locator('[name=bcc]').inputValue(), '')
      assert.equal(page.url(), address)
      await composer.close()
    }
    assert.deepEqual(page.complaints, [])
    await page.context().close()
  }
})

test('the browser is asked to open links to mail addresses here, and only when its owner says so', async () => {
  const page = await stage.signedIn(await stage.person())
  await page.addInitScript(() => {
    window.asked = []
    Object.defineProperty(navigator, 'registerProtocolHandler', { value: (...what) => window.asked.push(what) })
  })
  await page.goto(`${stage.base}/settings`)
  const offer = page.getByRole('button', { name: 'Open them here' })
  await offer.waitFor()
  assert.deepEqual(await page.evaluate(() => window.asked), [])
  await offer.click()
  assert.deepEqual(await page.evaluate(() => window.asked), [['mailto', `${stage.base}/compose?mailto=%s`]])
  await page.getByText('Your browser has asked you.').waitFor()
  await page.context().close()
})

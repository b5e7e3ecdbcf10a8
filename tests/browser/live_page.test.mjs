// An open page stays true, and whoever is at it is not disturbed. The events are the test's own (events.mjs); what they carry
// is drawn by the real application after another mail program has changed something.
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { ScriptedEvents, drawn } from './events.mjs'
import { Hand } from './hand.mjs'
import { letter, newsletter } from './letters.mjs'
import { setUp, until } from './stage.mjs'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const inbox = 'mailbox/INBOX'
const events = new ScriptedEvents()
let stage, serial = 0

before(async () => { stage = await setUp({ front: events }) })
after(() => stage?.close())
beforeEach(() => events.reset())
// a browser that is left open would go on asking for events
afterEach(() => Promise.all(stage.browser.contexts().map(context => context.close())))

/** Somebody at the inbox, whose stream is open. */
async function begin(mails, setting = {}, prepare = () => {}) {
  const who = await stage.person({ mails })
  const page = await stage.visitor(setting)
  await prepare(page)
  await stage.signIn(page, who)
  await events.stream()
  return { who, other: who.other, page, hand: new Hand(page, { phone: false }) }
}

/** Nothing was complained about (H-02). A stream that broke or was refused is told by Chromium itself. */
function end(...pages) {
  const broke = line => /net::ERR_INCOMPLETE_CHUNKED_ENCODING|status of 503/.test(line)
  for (const page of pages) assert.deepEqual(page.complaints.filter(line => !broke(line)), [])
}

/** Pushes `subject` as it is now; the state it then has. */
async function push(page, subject, more = {}) {
  const at = `state-${++serial}`
  events.push('page', { ...await drawn(page, subject, stage.base), at, ...more })
  return at
}

const row = (page, subject) => page.locator('.message-row', { has: page.getByRole('link', { name: subject, exact: true }) })
const status = (page, text) => page.locator('.live', { hasText: new RegExp(`^${text}$`) }).waitFor({ state: 'attached' })
const uid = async (other, subject) => (await other.look('INBOX')).find(message => message.subject === subject).uid
/** Puts a mark on the very element, and looks whether it is still that one. */
const mark = locator => locator.evaluate(element => { element.marked = true })
const isMarked = locator => locator.evaluate(element => element.marked === true)

async function lookOver(page, what) {
  await page.evaluate(() => { for (const one of document.getAnimations()) one.finish() })
  await page.evaluate(axe)
  const { violations } = await page.evaluate(rules => axe.run(
    { exclude: [['.message__frame']].filter(([one]) => document.querySelector(one)) },
    { resultTypes: ['violations'], iframes: false, runOnly: { type: 'tag', values: rules } },
  ), rules)
  assert.deepEqual(violations.map(({ id, nodes }) => `${id} at ${nodes[0].target}: ${nodes[0].any[0]?.message}`), [], what)
}

/** What the server says that the page was made from. */
const made = page => page.locator('body').getAttribute('data-at')

describe('a list that nobody is at', () => {
  test('becomes what it is now, with title, icon and counts; what has the focus keeps it', async () => {
    const { other, page, hand } = await begin([letter('One'), letter('Two')])
    assert.deepEqual((await events.stream()).asked, [[inbox, await made(page)]])
    await status(page, 'Up to date')
    const one = page.getByRole('link', { name: 'One', exact: true })
    await one.focus()
    await mark(one)
    await page.getByLabel('Search this folder').evaluate(field => { field.value = 'half a wo' })
    await other.append('INBOX', letter('Three'))
    await push(page, inbox)
    await row(page, 'Three').waitFor()
    assert.deepEqual(await hand.list(), ['Three', 'Two', 'One'])
    assert.ok(await isMarked(one) && await one.evaluate(link => link === document.activeElement))
    assert.equal(await page.getByLabel('Search this folder').inputValue(), 'half a wo')
    assert.equal(await page.title(), 'Inbox (3) · Fernpost')
    assert.match(await page.locator('link[rel=icon]').getAttribute('href'), /\/favicon-3\.svg$/)
    await page.getByRole('link', { name: 'Inbox 3 unread' }).waitFor()
    assert.equal(await page.locator('.bar').count(), 0)

    await other.store('INBOX', 'Three', '+FLAGS (\\Seen)')
    await push(page, inbox)
    await until('Three is read', async () => !/Unread/.test(await row(page, 'Three').innerText()))
    assert.equal(await page.title(), 'Inbox (2) · Fernpost')
    await page.reload()      // the server draws the same icon
    assert.match(await page.locator('link[rel=icon]').getAttribute('href'), /\/favicon-2\.svg$/)
    end(page)
  })

  test('lets go of what left, says so, and hands the focus to the next row', async () => {
    const { other, page, hand } = await begin([letter('One'), letter('Two'), letter('Three'), letter('Four')])
    const gone = await uid(other, 'Three')
    await row(page, 'Three').getByRole('checkbox').focus()
    await other.move('INBOX', 'Three', 'Archive')
    await push(page, inbox, { gone: [gone], notice: '1 message was moved or deleted elsewhere.' })
    await page.getByText('1 message was moved or deleted elsewhere.').waitFor()
    assert.deepEqual(await hand.list(), ['Four', 'Two', 'One'])
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Choose: Two')
    assert.equal(await page.locator('[aria-live=polite] .flash').count(), 1)
    await lookOver(page, 'with a notice')
    end(page)
  })

  test('fills and empties', async () => {
    const { other, page, hand } = await begin([])
    await page.getByText('Nothing here. Enjoy it.').waitFor()
    await other.append('INBOX', letter('First'))
    await push(page, inbox)
    await row(page, 'First').waitFor()
    await page.getByRole('link', { name: 'Choose all on this page' }).click()
    assert.ok(await row(page, 'First').getByRole('checkbox').isChecked(), 'choosing works in a list that came later')
    await page.getByRole('link', { name: 'Choose all on this page' }).click()
    const gone = await uid(other, 'First')
    await other.move('INBOX', 'First', 'Archive')
    await push(page, inbox, { gone: [gone], notice: '1 message was moved or deleted elsewhere.' })
    await page.getByText('Nothing here. Enjoy it.').waitFor()
    assert.deepEqual(await hand.list(), [])
    end(page)
  })
})

describe('a list that somebody is at', () => {
  test('holds new mail back behind a bar that counts it, while marks change', async () => {
    const { other, page, hand } = await begin([letter('One'), letter('Two')])
    const box = row(page, 'Two').getByRole('checkbox')
    await box.check()
    await other.append('INBOX', letter('Three'))
    await push(page, inbox)
    const bar = page.getByRole('button', { name: '1 new message', exact: true })
    await bar.waitFor()
    assert.deepEqual(await hand.list(), ['Two', 'One'])
    await other.append('INBOX', letter('Four'))
    await other.append('INBOX', letter('Five'))
    await other.store('INBOX', 'One', '+FLAGS (\\Seen \\Flagged)')
    await push(page, inbox)
    const three = page.getByRole('button', { name: '3 new messages', exact: true })
    await three.waitFor()
    assert.deepEqual(await hand.list(), ['Two', 'One'])
    assert.ok(await hand.isStarred('One'))
    assert.doesNotMatch(await row(page, 'One').innerText(), /Unread\./)
    assert.equal(await page.title(), 'Inbox (4) · Fernpost')
    assert.ok(await box.isChecked())
    await lookOver(page, 'with a bar')

    await three.click()
    assert.deepEqual(await hand.list(), ['Five', 'Four', 'Three', 'Two', 'One'])
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Five')
    assert.ok(await box.isChecked(), 'what was chosen is chosen still')
    assert.equal(await page.locator('.bar').count(), 0)
    await box.uncheck()
    await other.append('INBOX', letter('Six'))
    await push(page, inbox)
    await row(page, 'Six').waitFor()
    end(page)
  })

  test('does not move under somebody who has scrolled', async () => {
    const { other, page } = await begin(Array.from({ length: 45 }, (_, at) => letter(`Letter ${at}`)))
    const scroll = page.locator('.pane__scroll')
    await scroll.evaluate(pane => { pane.scrollTop = 300 })
    const watched = row(page, 'Letter 30')
    const { y } = await watched.boundingBox()
    await other.append('INBOX', letter('New'))
    await push(page, inbox)
    await page.getByRole('button', { name: '1 new message' }).waitFor()
    assert.equal((await watched.boundingBox()).y, y)
    assert.equal(await row(page, 'New').count(), 0)
    await page.getByRole('button', { name: '1 new message' }).click()
    assert.equal(await scroll.evaluate(pane => pane.scrollTop), 0)
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'New')
    end(page)
  })

  test('leaves an open menu open, and a held button on what it was put on', async () => {
    const { other, page, hand } = await begin([letter('One'), letter('Two')])
    await page.locator('.pane__title summary >> nth=0').click()
    await other.append('INBOX', letter('Three'))
    await push(page, inbox)
    await page.getByRole('button', { name: '1 new message' }).waitFor()
    assert.equal(await page.locator('details.menu[open]').count(), 1)
    assert.deepEqual(await hand.list(), ['Two', 'One'])
    await page.keyboard.press('Escape')
    await push(page, inbox)
    await row(page, 'Three').waitFor()

    const { x, y } = await row(page, 'Two').locator('.checkbox').boundingBox()
    await page.mouse.move(x + 5, y + 5)
    await page.mouse.down()
    await other.append('INBOX', letter('Four'))
    await push(page, inbox)
    await page.waitForFunction(() => document.title.startsWith('Inbox (4)'))
    assert.deepEqual(await hand.list(), ['Three', 'Two', 'One'])
    await page.mouse.up()
    await page.getByRole('button', { name: '1 new message' }).waitFor()
    assert.ok(await row(page, 'Two').getByRole('checkbox').isChecked())
    end(page)
  })

  test('strikes out what left: it can be chosen no longer, and goes when the bar is pressed', async () => {
    const { other, page, hand } = await begin([letter('One'), letter('Two'), letter('Three')])
    const gone = [await uid(other, 'Two')]
    await row(page, 'Two').getByRole('checkbox').check()
    await row(page, 'Three').getByRole('checkbox').check()
    await other.move('INBOX', 'Two', 'Archive')
    await push(page, inbox, { gone, notice: '1 message was moved or deleted elsewhere.' })
    await page.locator('.message-row--gone').waitFor()
    assert.deepEqual(await hand.list(), ['Three', 'Two', 'One'])
    const box = row(page, 'Two').getByRole('checkbox')
    assert.ok(!await box.isChecked() && await box.isDisabled())
    assert.match(await row(page, 'Two').innerText(), /No longer here\./)
    await page.getByRole('button', { name: '1 message was moved or deleted elsewhere. Refresh' }).waitFor()
    await page.getByRole('link', { name: 'Choose all on this page' }).click()
    assert.equal(await page.locator('.checkbox:checked').count(), 2)
    assert.ok(!await box.isChecked())
    await row(page, 'Two').getByRole('link').focus()
    await page.keyboard.press('x')
    assert.ok(!await box.isChecked(), 'nor by the keyboard')
    await lookOver(page, 'with a row that left')

    await other.append('INBOX', letter('Four'))
    await push(page, inbox)
    await page.getByRole('button', { name: '1 new message' }).click()
    assert.deepEqual(await hand.list(), ['Four', 'Three', 'One'])
    await hand.press(hand.selection, 'Archive')
    assert.deepEqual((await other.subjects('Archive')).sort(), ['One', 'Three', 'Two'])
    end(page)
  })

  test('counts as new what has arrived, not what moved up from the next page', async () => {
    const { other, page, hand } = await begin(Array.from({ length: 51 }, (_, at) => letter(`Letter ${at}`)))
    await row(page, 'Letter 50').getByRole('checkbox').check()
    const gone = [await uid(other, 'Letter 40')]
    await other.move('INBOX', 'Letter 40', 'Archive')
    await push(page, inbox, { gone, notice: 'One left.' })
    await page.getByRole('button', { name: 'One left. Refresh' }).click()
    const list = await hand.list()
    assert.equal(list.length, 50)
    assert.equal(list.at(-1), 'Letter 0')
    assert.ok(!list.includes('Letter 40'))
    assert.ok(await page.evaluate(() => document.activeElement.matches('.pane__scroll')))
    end(page)
  })

  test('keeps what was chosen by the address, without scripts or with', async () => {
    const { other, page, hand } = await begin([letter('One'), letter('Two')])
    await page.goto(`${stage.base}/${inbox}?select=page`)
    assert.deepEqual((await events.stream(2)).asked, [[inbox, await made(page)]])
    await other.append('INBOX', letter('Three'))
    await push(page, inbox)
    await page.getByRole('button', { name: '1 new message' }).click()
    assert.deepEqual(await hand.list(), ['Three', 'Two', 'One'])
    assert.equal(await page.locator('.checkbox:checked').count(), 2)
    assert.ok(!await row(page, 'Three').getByRole('checkbox').isChecked())
    end(page)
  })

  test('a bar says so where it can not count', async () => {
    const { other, page, hand } = await begin([letter('One'), letter('Two')])
    await page.goto(`${stage.base}/${inbox}?filter=unread`)
    await events.stream(2)
    await row(page, 'One').getByRole('checkbox').check()
    await other.store('INBOX', 'Two', '+FLAGS (\\Seen)')
    await push(page, `${inbox}?filter=unread`)
    await page.getByRole('button', { name: 'This list has changed. Refresh' }).click()
    assert.deepEqual(await hand.list(), ['One'])
    end(page)
  })

  test('is drawn anew when its numbers mean other messages', async () => {
    const { other, page } = await begin([letter('One'), letter('Two')])
    const box = row(page, 'Two').getByRole('checkbox')
    await box.check()
    const now = await drawn(page, inbox, stage.base)
    const main = now.main.replace(/name="uidvalidity" value="\d+"/, 'name="uidvalidity" value="9"').replaceAll('>Two<', '>Another<')
    events.push('page', { ...now, main, at: 'rebuilt' })
    await row(page, 'Another').waitFor()
    assert.equal(await page.locator('.checkbox:checked').count(), 0)
    await other.look('INBOX')
    end(page)
  })
})

describe('an open message', () => {
  const html = '<h1>Ferns</h1>' + '<p>and moss</p>'.repeat(60)

  test('keeps its frame, its place and what is unfolded while its marks change', async () => {
    const { other, page, hand } = await begin([letter('Older'), newsletter('Designed', html)])
    await hand.open('Designed')
    await page.locator('.message__frame--fitted').waitFor()
    const subject = new URL(page.url()).pathname.replace(/^\/webmail\//, '')
    assert.deepEqual((await events.stream(2)).asked, [[subject, await made(page)]])
    await page.locator('.details > summary').click()
    await page.locator('.message__scroll').evaluate(pane => { pane.scrollTop = 150 })
    await page.locator('iframe').evaluate(frame => { frame.contentDocument.marked = true })
    await page.locator('.toolbar__actions summary').first().click()
    await other.store('INBOX', 'Designed', '+FLAGS (\\Flagged)')
    await other.append('INBOX', letter('Newer'))
    await push(page, subject)
    await page.getByRole('img', { name: 'Flagged' }).waitFor()
    assert.match(await page.locator('.toolbar__where').innerText(), /^2 of 3$/)
    assert.ok(await page.locator('iframe').evaluate(frame => frame.contentDocument.marked), 'the frame was not loaded again')
    assert.ok(await page.locator('iframe').evaluate(frame => frame.clientHeight > 900), 'and is as tall as before')
    assert.ok(await page.locator('.details').evaluate(details => details.open))
    assert.equal(await page.locator('.toolbar__actions details[open]').count(), 1)
    assert.equal(await page.locator('.message__scroll').evaluate(pane => pane.scrollTop), 150)
    end(page)
  })

  test('that left its folder stays to be read, with a note', async () => {
    const { other, page, hand } = await begin([letter('Short-lived')])
    await hand.open('Short-lived')
    await events.stream(2)
    const subject = new URL(page.url()).pathname.replace(/^\/webmail\//, '')
    await other.move('INBOX', 'Short-lived', 'Archive')
    for (let twice = 0; twice < 2; twice++) events.push('gone', { on: subject, notice: 'This message was moved or deleted elsewhere.' })
    events.push('fine', { text: 'All told' })
    await status(page, 'All told')
    const notes = page.locator('.message__head .notice--plain[role=status]')
    assert.deepEqual(await notes.allInnerTexts(), ['This message was moved or deleted elsewhere.'])
    assert.match(await page.getByRole('group', { name: 'Message text' }).innerText(), /About: Short-lived/)
    await lookOver(page, 'a message that left')
    await hand.press(hand.bar, 'Archive')
    assert.match(await hand.said(), /no longer here/)
    end(page)
  })
})

describe('the stream', () => {
  const message = async (page, subject) => new URL(await row(page, subject).getByRole('link').getAttribute('href'), page.url()).pathname.replace(/^\/webmail\//, '')

  test('is one for all tabs, and is handed over with the states that are shown', async () => {
    const { who, page: first } = await begin([letter('One'), letter('Two')])
    const at = await push(first, inbox)
    await status(first, 'Up to date')
    const one = await message(first, 'One')
    const [second, third] = [await stage.tab(first.context()), await stage.tab(first.context())]
    await second.goto(`${stage.base}/${one}`)
    await until('both are asked for', () => events.open.length === 1 && events.open[0].asked.length === 2)
    assert.deepEqual([...events.open[0].asked].sort(), [[inbox, at], [one, await made(second)]].sort())
    await third.goto(`${stage.base}/mailbox/Archive`)
    await until('all three are asked for', () => events.open.length === 1 && events.open[0].asked.length === 3)
    for (const page of [first, second, third]) await status(page, 'Up to date')

    const asked = events.all.length
    const shown = await push(second, one)
    await who.other.append('INBOX', letter('Three'))
    const listed = await push(first, inbox)
    await row(first, 'Three').waitFor()
    assert.match(await third.locator('link[rel=icon]').getAttribute('href'), /favicon-2/)
    assert.equal(events.all.length, asked, 'news alone is no reason to ask again')
    await first.close()
    await until('another tab holds the stream', () => events.all.length > asked && events.open.length === 1 && events.open[0].asked.length === 2)
    assert.deepEqual([...events.open[0].asked].sort(), [['mailbox/Archive', await made(third)], [one, shown]].sort())
    assert.notEqual(listed, shown)
    events.push('trouble', { text: 'The mail server does not answer' })
    await status(second, 'The mail server does not answer')
    await status(third, 'The mail server does not answer')
    assert.equal(await third.locator('.live--off[role=status]').count(), 1)
    events.push('fine', { text: 'Up to date' })
    await status(third, 'Up to date')
    end(first, second, third)
  })

  test('asks for eight things at most, those that were looked at last, and the others do not say that they are true', async () => {
    const { page } = await begin([letter('One')])
    await status(page, 'Up to date')
    const name = await page.evaluate(async () => (await navigator.locks.query()).held[0].name)
    // tabs are dear; their words on the channel are not
    const others = await stage.tab(page.context())
    await others.goto(`${stage.base}/login`)
    await others.evaluate(name => {
      const channel = new BroadcastChannel(name)
      for (let at = 0; at < 9; at++) channel.postMessage({ id: `tab${at}`, tab: { on: `mailbox/Folder${at}`, at: `${at}`, seen: false } })
    }, name)
    await until('eight are asked for', () => events.open.length === 1 && events.open[0].asked.length === 8)
    assert.deepEqual(events.open[0].asked.map(([on]) => on).sort(), Array.from({ length: 8 }, (_, at) => `mailbox/Folder${at + 1}`))
    await status(page, 'As of .*')
    await page.bringToFront()
    await page.evaluate(() => dispatchEvent(new Event('focus')))
    await until('it is asked for again', () => events.open.length === 1 && events.open[0].asked.some(([on]) => on === inbox))
    await status(page, 'Up to date')
    end(page)
  })

  test('is asked for everything where two tabs show one thing in two states', async () => {
    const { page } = await begin([letter('One')])
    await push(page, inbox)
    const second = await stage.tab(page.context())
    await second.goto(`${stage.base}/${inbox}`)
    assert.deepEqual((await events.stream(2)).asked, [[inbox, '']])
    const at = await push(page, inbox)
    await status(second, 'Up to date')
    await second.evaluate(async on => {
      const [{ name }] = (await navigator.locks.query()).held
      new BroadcastChannel(name).postMessage({ id: 'third', tab: { on, at: 'older', seen: false } })
    }, inbox)
    assert.deepEqual((await events.stream(3)).asked, [[inbox, '']])
    assert.notEqual(at, '')
    end(page, second)
  })

  test('tells a new tab how sure it is, and is not asked again for what it tells of already', async () => {
    const { page } = await begin([letter('One')])
    events.push('trouble', { text: 'The mail server does not answer' })
    await status(page, 'The mail server does not answer')
    const second = await stage.tab(page.context())
    await second.goto(`${stage.base}/${inbox}`)
    await status(second, 'The mail server does not answer')
    assert.equal(events.all.length, 1)
    end(page, second)
  })

  test('is one for each tab where the browser can not share', async () => {
    const { page } = await begin([letter('One')], {}, page => page.context().addInitScript(() => {
      Object.defineProperty(navigator, 'locks', { value: undefined })
    }))
    const second = await stage.tab(page.context())
    await second.goto(`${stage.base}/${inbox}`)
    await until('two streams', () => events.open.length === 2)
    end(page, second)
  })

  test('names its lock by person and place, so that two accounts of a browser do not mix', async () => {
    const locks = async page => (await page.evaluate(() => navigator.locks.query())).held.map(lock => lock.name)
    const { page } = await begin([letter('One')])
    const [name] = await locks(page)
    assert.match(name, /^fernpost \/webmail [0-9a-f]{16}$/)
    await page.goto('about:blank')
    events.reset()
    const { page: another } = await begin([letter('One')])
    assert.notEqual((await locks(another))[0], name)
    end(page, another)
  })

  test('comes back with the last state after it broke, after a goodbye and after silence', async () => {
    const { page, other, hand } = await begin([letter('One')], {}, page => page.clock.install())
    const at = await push(page, inbox)
    await status(page, 'Up to date')
    events.refuses = true
    events.cut()
    await status(page, 'Trying again')
    const tries = () => events.all.length
    await Promise.all([page.waitForEvent('console', { predicate: message => /503/.test(message.text()) }), page.clock.fastForward(2_000)])
    assert.equal(tries(), 2)
    // 2 to 4 seconds now: not before, and not later
    await page.clock.fastForward(1_900)
    assert.equal(tries(), 2)
    events.refuses = false
    await page.clock.fastForward(2_200)
    assert.deepEqual((await events.stream(3)).asked, [[inbox, at]])
    await status(page, 'Up to date')

    await other.append('INBOX', letter('Two'))
    const next = await push(page, inbox)
    await row(page, 'Two').waitFor()
    events.push('bye')
    await until('it hung up', () => events.open.length === 0)
    await page.clock.fastForward(5_000)
    assert.deepEqual((await events.stream(4)).asked, [[inbox, next]])

    events.push('beat')
    await page.clock.fastForward(44_000)
    events.push('beat')
    events.push('fine', { text: 'Still there' })
    await status(page, 'Still there')
    await page.clock.fastForward(44_000)
    assert.equal(events.open.length, 1)
    assert.equal(tries(), 4)
    await page.clock.fastForward(1_100)
    await status(page, 'Trying again')
    await page.clock.fastForward(2_000)
    assert.deepEqual((await events.stream(5)).asked, [[inbox, next]])
    await status(page, 'Up to date')
    assert.deepEqual(await hand.list(), ['Two', 'One'])
    end(page)
  })

  test('comes back at once when somebody looks or the network is back', async () => {
    const { page } = await begin([letter('One')], {}, page => page.clock.install())
    await page.clock.pauseAt(Date.now() + 60_000)
    for (const [count, event] of [[2, 'online'], [3, 'focus']]) {
      events.cut()
      await status(page, 'Trying again')
      await page.evaluate(event => dispatchEvent(new Event(event)), event)
      await page.clock.runFor(1)
      await events.stream(count)
      await status(page, 'Up to date')
    }
    end(page)
  })

  test('goes with the page and comes back with it', async () => {
    const { page } = await begin([letter('One')])
    const at = await push(page, inbox)
    await status(page, 'Up to date')
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })))
    await until('it is closed', () => events.open.length === 0)
    await page.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
    assert.deepEqual((await events.stream(2)).asked, [[inbox, at]])
    end(page)
  })

  test('ends with the session: said in every tab, with a way to sign in, and what was typed stays', async () => {
    const { page } = await begin([letter('One')])
    const second = await stage.tab(page.context())
    await second.goto(`${stage.base}/mailbox/Archive`)
    await until('both are asked for', () => events.open.length === 1 && events.open[0].asked.length === 2)
    await page.getByLabel('Search this folder').fill('half a wo')
    events.push('ended', { text: 'You were signed out.', url: '/webmail/login?next=%2Fwebmail%2Fmailbox%2FINBOX' })
    for (const tab of [page, second]) {
      await tab.getByRole('main').getByRole('link', { name: 'Sign in' }).waitFor()
      await status(tab, 'As of .*')
    }
    await until('the stream is closed', () => events.open.length === 0)
    const asked = events.all.length
    await lookOver(page, 'signed out')
    await second.evaluate(() => dispatchEvent(new Event('online')))
    await second.evaluate(() => dispatchEvent(new PageTransitionEvent('pageshow')))
    assert.equal(await page.getByLabel('Search this folder').inputValue(), 'half a wo')
    assert.equal(await page.getByRole('main').getByRole('link', { name: 'Sign in' }).getAttribute('href'), '/webmail/login?next=%2Fwebmail%2Fmailbox%2FINBOX')
    assert.equal(events.all.length, asked)
    end(page, second)
  })

  test('brings markup by one policy, and nobody else makes any', async () => {
    const { page } = await begin([letter('One')])
    await push(page, inbox)
    await status(page, 'Up to date')
    const refused = await page.evaluate(() => ['fernpost-live', 'another', 'default'].filter(name => {
      try { trustedTypes.createPolicy(name, { createHTML: text => text }) } catch { return true }
      return false
    }))
    assert.deepEqual(refused, ['fernpost-live', 'another', 'default'])
    assert.equal(await page.evaluate(() => { try { new DOMParser().parseFromString('<p>', 'text/html') } catch (error) { return error.name } }), 'TypeError')
    const { complaints } = page
    assert.ok(complaints.length && complaints.every(line => /Trusted|Content Security|policy/i.test(line)), complaints.join('\n'))
  })
})

describe('notes on the screen', () => {
  // a browser that remembers what it was told to show, and a person elsewhere: no tab has the focus
  const prepare = page => page.context().addInitScript(() => {
    let permission = 'default'
    window.shown = []
    window.Notification = class {
      static get permission() { return sessionStorage.getItem('allowed') ?? permission }
      static async requestPermission() {
        sessionStorage.setItem('allowed', 'granted')
        window.asked = (window.asked ?? 0) + 1
        return 'granted'
      }
      constructor(title, options) { window.shown.push([title, options.body]); window.last = this }
      close() {}
    }
    document.hasFocus = () => window.near ?? false
  })
  const mail = (sender, subject, url) => ({ who: sender, subject, url })
  const shown = page => page.evaluate(() => window.shown)

  test('are off until the button is pressed, and can be switched off again', async () => {
    const { page } = await begin([letter('One')], {}, prepare)
    await push(page, inbox, { arrived: [mail('Berta', 'Lunch?', '/webmail/message/INBOX/7/1')] })
    await status(page, 'Up to date')
    await page.locator('.topbar__account').click()
    await page.getByRole('link', { name: 'Settings' }).click()
    assert.equal(await page.evaluate(() => window.asked), undefined, 'nobody is asked but by a press')
    await page.getByRole('button', { name: 'Tell me', exact: true }).click()
    const stop = page.getByRole('button', { name: 'Stop telling me' })
    await stop.waitFor()
    assert.equal(await page.locator('[data-tell]:visible').count(), 1)
    assert.ok(await stop.evaluate(button => button === document.activeElement))
    await lookOver(page, 'settings')
    assert.equal((await page.evaluate(() => Object.keys(localStorage))).length, 1)
    await stop.click()
    await page.getByRole('button', { name: 'Tell me', exact: true }).waitFor()
    assert.equal((await page.evaluate(() => Object.keys(localStorage))).length, 0)
    assert.deepEqual(await shown(page), [])
    end(page)
  })

  test('come once for a browser, with names for a few and a number for many, and never to somebody who looks', async () => {
    const { other, page } = await begin([letter('One')], {}, prepare)
    const second = await stage.tab(page.context())
    await second.goto(`${stage.base}/mailbox/Archive`)
    await until('both are asked for', () => events.open.length === 1 && events.open[0].asked.length === 2)
    for (const tab of [page, second]) await tab.evaluate(() => {
      sessionStorage.setItem('allowed', 'granted')
      localStorage.setItem(`fernpost tell ${document.body.dataset.who}`, '1')
    })
    const [{ uid }] = await other.look('INBOX')
    const way = `/webmail/message/INBOX/${other.uidValidity}/${uid}`
    const one = mail('Berta', 'Lunch?', way)
    await push(page, inbox, { arrived: [one] })
    await push(page, 'mailbox/Archive', { arrived: [one] })
    await until('one note', async () => (await shown(page)).length === 1)
    assert.deepEqual(await shown(page), [['Berta', 'Lunch?']])
    const many = count => Array.from({ length: count }, (_, at) => mail(`Sender ${at}`, `Subject ${at}`, `${way}${count}${at}`))
    await push(page, inbox, { arrived: many(3) })
    await until('a note of three', async () => (await shown(page)).length === 2)
    assert.deepEqual((await shown(page))[1], ['3 new messages', 'Sender 0: Subject 0\nSender 1: Subject 1\nSender 2: Subject 2'])
    await push(page, inbox, { arrived: many(4) })
    await until('a note of four', async () => (await shown(page)).length === 3)
    assert.deepEqual((await shown(page))[2], ['4 new messages', ''])
    assert.deepEqual(await shown(second), [], 'the other tab is silent')

    await second.evaluate(() => { window.near = true; dispatchEvent(new Event('focus')) })
    await second.evaluate(() => new Promise(done => setTimeout(done)))
    await push(page, inbox, { arrived: many(2) })
    await status(page, 'Up to date')
    events.push('fine', { text: 'All told' })
    await status(page, 'All told')
    await second.evaluate(() => { window.near = false; dispatchEvent(new Event('blur')) })
    await push(page, inbox, { arrived: [mail('Carla', 'Later', `${way}9`)] })
    await until('a note of the one after', async () => (await shown(page)).length === 4)
    assert.deepEqual((await shown(page))[3], ['Carla', 'Later'])

    await push(page, inbox, { arrived: [mail('Berta', 'Open me', `${way}`)] })
    events.push('fine', { text: 'Told again' })
    await status(page, 'Told again')
    assert.equal((await shown(page)).length, 4, 'a message is told once')
    await page.evaluate(() => { const mail = window.last; window.near = true; mail.onclick() })
    await page.waitForURL(`**${way}9`)
    page.complaints = page.complaints.filter(line => !/404/.test(line))
    end(page, second)
  })
})

describe('the morph', () => {
  test('makes any list of any other, and what is in both is the same element, as it was left', async () => {
    const { page } = await begin([])
    const seed = Number(process.env.MORPH_SEED ?? Math.floor(Math.random() * 2 ** 31))
    const found = await page.evaluate(seed => {
      // mulberry32
      const random = most => {
        seed = (seed + 0x6d2b79f5) | 0
        let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
        t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
        return ((t ^ (t >>> 14)) >>> 0) % most
      }
      const element = (name, attributes, ...inside) => {
        const made = document.createElement(name)
        for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
        made.append(...inside)
        return made
      }
      // days with rows, as a list has them; sometimes a notice, a menu, a frame
      const list = () => {
        const ids = Array.from({ length: 12 }, (_, at) => at).filter(() => random(3)).sort(() => random(4) ? 0 : random(2) - 0.5)
        const root = element('section', { class: 'root' })
        if (random(2)) root.append(element('p', { class: random(2) ? 'notice' : 'note' }, `notice ${random(3)}`))
        if (random(2)) root.append(element('details', { class: 'menu' }, element('summary', {}, 'menu'), `menu ${random(2)}`))
        for (let day = 0; ids.length; day++) {
          if (random(3)) root.append(element('h2', {}, `day ${random(3)}`))
          root.append(element('ul', {}, ...ids.splice(0, 1 + random(5)).map(id => element('li', { id: `x${id}`, class: random(2) ? 'row' : 'row row--unread' },
            element('input', { type: 'checkbox' }), `text ${random(2)} `, element('button', { type: 'button' }, `b${random(2)}`)))))
        }
        if (random(2)) root.append(element('div', { class: 'frame' }, element('iframe', { src: 'about:blank#same', title: 'frame' })))
        return root
      }
      const found = []
      for (let round = 0; round < 400; round++) {
        if (round === 200) delete Element.prototype.moveBefore      // as in a browser of 2024
        const [before, after] = [list(), list()]
        const wanted = after.cloneNode(true)
        document.getElementById('main').append(before)
        const rows = new Map([...before.querySelectorAll('[id]')].map(one => [one.id, one]))
        for (const one of rows.values()) one.querySelector('input').checked = random(2)
        const ticked = new Map([...rows].map(([id, one]) => [id, one.querySelector('input').checked]))
        const menu = before.querySelector('details')
        const frame = before.querySelector('iframe')
        const view = frame?.contentWindow
        const inside = [...rows.values()][random(rows.size || 1)]
        inside?.querySelector('button').focus()
        morph(before, after)
        const say = what => found.push(`round ${round}: ${what}`)
        if (!before.isEqualNode(wanted)) say(`${before.outerHTML} is not ${wanted.outerHTML}`)
        for (const one of before.querySelectorAll('[id]')) {
          const was = rows.get(one.id)
          if (was && was !== one) say(`${one.id} is another element`)
          if (was && one.querySelector('input').checked !== ticked.get(one.id)) say(`${one.id} lost its tick`)
        }
        if (frame && wanted.querySelector('iframe') && (before.querySelector('iframe') !== frame || frame.contentWindow !== view)) say('the frame was loaded again')
        if (menu && wanted.querySelector('details') && before.querySelector('details') !== menu) say('another menu')
        if (inside && before.contains(inside) && document.activeElement !== inside.querySelector('button')) say('the focus is lost')
        before.remove()
        if (found.length > 3) break
      }
      return found
    }, seed)
    assert.deepEqual(found, [], `MORPH_SEED=${seed}`)
    end(page)
  })
})

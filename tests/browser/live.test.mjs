// An open page follows the mail server, without a reload: the real stream of the real application, on a real Dovecot.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { letter } from './letters.mjs'
import { setUp, until } from './stage.mjs'

let stage
before(async () => { stage = await setUp() })
after(() => stage?.close())

const subjects = page => page.locator('.message-row__subject').allInnerTexts()
const count = (page, folder) => page.locator('.mailbox-link', { hasText: folder }).locator('.count').innerText().catch(() => '')

/** Somebody with an open inbox that is up to date, and a mark in it that a reload would take away. */
async function begin(mails, setting = {}) {
  const who = await stage.person({ mails })
  const page = await stage.signedIn(who, setting)
  await page.evaluate(() => { window.notReloaded = true })
  return { who, other: who.other, page }
}

async function end(page) {
  assert.ok(await page.evaluate(() => window.notReloaded), 'the page was loaded again')
  assert.deepEqual(page.complaints, [])
  await page.context().close()
}

for (const width of [1440, 390]) test(`what another program does stands on the open list at ${width} px`, async () => {
  const { other, page } = await begin([letter('First')], { width })
  await other.append('INBOX', letter('Second'))
  await until('the new row', async () => (await subjects(page))[0] === 'Second')
  await until('the title', async () => (await page.title()).startsWith('Inbox (2)'))
  assert.match(await page.locator('link[rel=icon]').getAttribute('href'), /favicon-2\.svg$/)
  await other.store('INBOX', 'Second', '+FLAGS (\\Seen \\Flagged)')
  await until('the marks', () => page.locator('.message-row:not(.message-row--unread) .flag[aria-pressed=true]').count())
  await other.move('INBOX', 'First', 'Archive')
  await until('the removal', async () => (await subjects(page)).join() === 'Second')
  await end(page)
})

test('the count of a folder that is not open follows', async () => {
  const { other, page } = await begin([letter('Here')])
  await other.append('Archive', letter('Elsewhere'))
  await until('the count', async () => /^1/.test(await count(page, 'Archive')))
  await end(page)
})

test('that room runs out stands above an open page when it does, and goes when there is room again', async () => {
  const large = octets => letter('Large', { text: `${'x'.repeat(78)}\r\n`.repeat(octets / 80) })
  const who = await stage.person({ mails: [letter('Small')], quota: 100_000 })
  for (const path of ['mailbox/INBOX', 'settings']) {
    const page = await stage.signedIn(who)
    await page.goto(`${stage.base}/${path}`)
    await page.evaluate(() => { window.notReloaded = true })
    const notice = page.locator('main > .notice[role=status]')
    const meter = page.locator('#mailboxes .quota meter')
    assert.equal(await notice.count(), 0)
    await who.other.append('INBOX', large(82_000))
    await until('the notice', async () => /^Your mailbox is 8\d% full\./.test(await notice.locator('.notice__text').innerText().catch(() => '')))
    assert.match(await meter.getAttribute('class'), /meter--warn/)
    assert.match(String(await meter.evaluate(one => one.value)), /^8\d$/)
    assert.match(await page.locator('.topbar .menu__note').textContent(), /^8\d%$/)
    await who.other.append('INBOX', large(12_000))
    await until('the next one', async () => /^Your mailbox is almost full \(9\d%\)/.test(await notice.locator('.notice__text').innerText()))
    assert.match(await meter.getAttribute('class'), /meter--full/)
    assert.equal(await notice.getByRole('link').getAttribute('href'), '/webmail/storage')
    await who.other.clear('INBOX')
    await until('the end of it', async () => await notice.count() === 0)
    assert.doesNotMatch(await meter.getAttribute('class'), /--/)
    await end(page)
  }
})

test('an open letter that was removed elsewhere stays readable, and the page says so', async () => {
  const { other, page } = await begin([letter('Keep'), letter('Lose')])
  await page.getByRole('link', { name: 'Lose' }).click()
  await page.getByRole('heading', { level: 1, name: 'Lose' }).waitFor()
  await page.evaluate(() => { window.notReloaded = true })
  await other.move('INBOX', 'Lose', 'Trash')
  await page.getByRole('status').filter({ hasText: /not|no longer|any more/ }).first().waitFor()
  assert.match(await page.locator('.message__text').innerText(), /About: Lose/)
  await end(page)
})

test('what is done in one tab is in the other at once', async () => {
  const { page } = await begin([letter('Both')])
  const second = await stage.tab(page.context())
  await second.goto(`${stage.base}/mailbox/INBOX`)
  await second.locator('.message-row .flag').click()
  await until('the flag in the first tab', () => page.locator('.flag[aria-pressed=true]').count())
  await end(page)
})

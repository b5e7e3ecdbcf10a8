// What holds on every page: axe-core finds nothing (WCAG 2.2 AA and good practice), nothing scrolls sideways, and the browser
// has nothing to complain about (H-02).
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { doubtful, invitation, letter, newsletter, vouchedFor, withFile } from './letters.mjs'
import { setUp } from './stage.mjs'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Those of them that are about colours. */
const colours = ['color-contrast', 'link-in-text-block']
/** What a stranger wrote. */
const foreign = ['.message__frame', '.message__body']

let stage, who, storageState, attempts = 0
/** Each page there is: where it is, and what to do there before looking. */
let pages

before(async () => {
  // localhost has no file of authorities here: what is tried there is not believed
  stage = await setUp({ config: env => '[login]\ndefault_domain = "fernpost.example"\n'
    + `[client_setup]\nimap = { host = "127.0.0.1", port = ${env.IMAPS_PORT} }\npop3 = { host = "127.0.0.1", port = ${env.POP3S_PORT} }\n`
    + `submission = { host = "localhost", port = ${env.SUBMISSION_PORT ?? 9}, tls = "starttls" }\n`
    + '[fetch]\nhosts = ["imap.example.org", "pop.example.net"]\n' })
  who = await stage.person({ sample: true })
  await who.other.append('INBOX', letter('Plain one', { text: 'See https://ferns.example/a\r\n\r\n> quoted\r\n> text\r\n\r\n-- \r\nBerta' }))
  await who.other.append('INBOX', newsletter('A designed one', '<table width="900"><tr><td><h1>Ferns</h1><img src="http://ferns.example/x.png"></td></tr></table>'))
  await who.other.append('INBOX', withFile('One with a file', `${'long-'.repeat(30)}name.pdf`, Buffer.alloc(2000)))
  await who.other.append('INBOX', doubtful('One in doubt'))
  await who.other.append('INBOX', vouchedFor('One vouched for'))
  await who.other.append('INBOX', invitation('An invitation', who.user))
  const inbox = await who.other.look('INBOX')
  const validity = who.other.uidValidity
  const address = subject => `/message/INBOX/${validity}/${inbox.find(message => message.subject === subject).uid}`
  for (const subject of ['Old news', 'Older news']) await who.other.append('Trash', letter(subject))
  const chosen = page => page.locator('.message-row__select').nth(1).click()
  const press = (page, name) => Promise.all([page.waitForEvent('load', { timeout: 60_000 }), page.getByRole('button', { name }).click()])
  const asks = async (page, deed) => {
    await page.locator('.table .checkbox').first().check()
    await Promise.all([page.waitForEvent('domcontentloaded'), page.getByRole('button', { name: deed }).click()])
  }
  const open = summary => page => page.locator(summary).click()
  const few = '/mailbox/INBOX?filter=flagged'      // axe looks at each row, and the rows are alike
  pages = [
    { name: 'sign-in', at: '/login', stranger: true },
    { name: 'sign-in, refused', at: '/login', stranger: true, status: 401, act: async page => {
      await page.getByLabel('Mail address').fill(`nobody-${attempts++}@fernpost.example`)   // five tries a name, then it takes its time
      await page.getByLabel('Password').fill('canary')
      await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Sign in' }).click()])
    } },
    { name: 'list', at: '/mailbox/INBOX' },
    { name: 'list, chosen', at: few, act: chosen },
    { name: 'list, move to', at: few, act: async page => { await chosen(page); await page.locator('.selection summary').first().click() } },
    { name: 'list, more', at: few, act: async page => { await chosen(page); await page.locator('.selection summary').last().click() } },
    { name: 'list, sort', at: few, act: open('.pane__title summary >> nth=0') },
    { name: 'list, folder', at: few, act: open('.pane__title summary >> nth=1') },
    { name: 'list, account', at: few, act: open('.topbar__account') },
    { name: 'list, unread', at: '/mailbox/INBOX?filter=unread' },
    { name: 'list, found', at: '/mailbox/INBOX?q=fern' },
    { name: 'list, nothing found', at: '/mailbox/INBOX?q=zzzzzzzz' },
    { name: 'trash', at: '/mailbox/Trash' },
    { name: 'plain message', at: address('Plain one') },
    { name: 'plain message, details', at: address('Plain one'), act: open('.details > summary') },
    { name: 'plain message, move to', at: address('Plain one'), act: open('.toolbar__actions summary >> nth=0') },
    { name: 'plain message, more', at: address('Plain one'), act: open('.toolbar__actions summary >> nth=1') },
    { name: 'doubtful message', at: address('One in doubt'), act: open('.details > summary') },
    { name: 'message vouched for', at: address('One vouched for'), act: open('.details > summary') },
    { name: 'unsubscribing', at: `${address('One in doubt')}/unsubscribe` },
    { name: 'designed message', at: address('A designed one') },
    { name: 'message with a file', at: address('One with a file') },
    ...['One in doubt', 'One vouched for', 'A designed one', 'An invitation', 'One with a file'].map(subject => (
      { name: `conversation of ${subject}`, at: `${address(subject)}/conversation` })),
    { name: 'headers', at: `${address('Plain one')}/headers` },
    { name: 'source', at: `${address('Plain one')}/source` },
    { name: 'print', at: `${address('Plain one')}/print`, scriptless: true },
    { name: 'asking', at: '/mailbox/Trash/empty' },
    { name: 'gone', at: `/message/INBOX/${validity}/99999`, status: 404 },
    { name: 'no such page', at: '/nothing/here', status: 404 },
    { name: 'rules', at: '/storage/rules' },
    { name: 'rules, asking', at: '/storage/rules', act: async page => {
      await page.getByRole('switch', { name: 'Trash' }).check()
      await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'See what would go' }).click()])
    } },
    { name: 'work that is forgotten', at: '/jobs/AAAAAAAAAAAAAAAAAAAAAA', status: 404 },
    { name: 'settings', at: '/settings' },
    { name: 'settings, telling allowed', at: '/settings', act: async page => {
      await page.context().grantPermissions(['notifications'])
      await page.reload()
    } },
    { name: 'identities', at: '/settings/identities' },
    { name: 'identity', at: '/settings/identities/0' },
    { name: 'identity, new', at: '/settings/identities/new' },
    { name: 'identity, in the way', at: '/settings/identities/0', status: 422, act: async page => {
      await page.getByLabel('Answers go to').fill('ann at work')
      await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Save' }).click()])
    } },
    { name: 'composer', at: '/compose' },
    { name: 'composer, more', at: '/compose', act: open('.compose__more > summary') },
    { name: 'composer, send later', at: '/compose', act: open('.compose__foot summary') },
    { name: 'composer, in the way', at: '/compose', status: 422, act: async page => {
      await page.getByLabel('To', { exact: true }).fill('ann@@example.org')
      await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Send', exact: true }).click()])
    } },
    { name: 'answer to a designed mail', at: `/compose?reply=${encodeURIComponent(`INBOX/${validity}/${address('A designed one').split('/').at(-1)}`)}` },
    { name: 'sending on', at: `${address('Plain one')}/resend` },
    { name: 'invitation', at: address('An invitation') },
    { name: 'invitation, with a note', at: address('An invitation'), act: open('.card__answer summary') },
    { name: 'outbox', at: '/outbox' },
    { name: 'devices', at: '/devices' },
    { name: 'writing', at: '/settings/writing' },
    { name: 'templates', at: '/settings/templates' },
    { name: 'template, new', at: '/settings/templates/new' },
    { name: 'recipients', at: '/settings/recipients' },
    { name: 'recipients, asking', at: '/settings/recipients/forget' },
    { name: 'taking along', at: '/export?mailbox=INBOX' },
    { name: 'taking along, found', at: '/export?mailbox=INBOX&filter=unread&q=fern' },
    { name: 'bringing in', at: '/import?mailbox=INBOX' },
    { name: 'devices', at: '/devices', stranger: true },
    { name: 'devices, tried', at: '/devices', act: page => press(page, /^Try (them now|again)$/) },
    { name: 'devices, pop', at: '/devices/pop', act: page => press(page, /^(Look now|Try again)$/) },
    { name: 'mail from elsewhere', at: '/import/account' },
    { name: 'mail from elsewhere, in the way', at: '/import/account', status: 422, act: page => press(page, 'Fetch') },
    { name: 'storage', at: '/storage', act: page => page.getByText(/^Counted /).waitFor() },
    { name: 'storage, tables', at: '/storage', act: async page => {
      await page.getByText(/^Counted /).waitFor()
      for (const one of await page.locator('details.behind > summary').all()) await one.click()
    } },
    { name: 'storage, biggest', at: '/storage/messages?of=biggest', act: page => page.locator('.table .checkbox').first().check() },
    { name: 'storage, nothing there', at: '/storage/messages?of=year&year=1999' },
    { name: 'storage, asking to delete', at: '/storage/messages?of=biggest', act: page => asks(page, 'Delete') },
    { name: 'storage, asking where to', at: '/storage/messages?of=biggest', act: page => asks(page, 'Move to…') },
    { name: 'storage, asking about files', at: '/storage/messages?of=biggest', act: page => asks(page, 'Remove only the files') },
    { name: 'drawer', at: few + '#mailboxes' },
    { name: 'keyboard help', at: few, act: page => page.keyboard.press('?') },
  ]
  const page = await stage.signedIn(who)
  storageState = await page.context().storageState()
  await page.context().close()
})
after(() => stage?.close())

/** Opens each page in a browser of this kind. */
async function tour(setting, look) {
  const signedIn = await stage.visitor({ ...setting, storageState })
  const stranger = await stage.visitor(setting)
  for (const { name, at, act, status, stranger: isStranger, scriptless } of pages) {
    const page = isStranger ? stranger : signedIn
    const answer = await page.goto('about:blank').then(() => page.goto(stage.base + at))
    assert.equal(answer.status(), /refused|in the way/.test(name) ? 200 : status ?? 200, name)
    await act?.(page)
    // The sheet for paper has a mail in it, so nothing can run there: no look into it either.
    if (!scriptless) {
      await page.evaluate(() => { for (const one of document.getAnimations()) one.finish() })
      await look(page, name)
    }
    // Chromium itself reports an answer of 4xx, where one was asked for.
    page.complaints = page.complaints.filter(line => !(status && line.includes(`status of ${status}`)))
    assert.deepEqual(page.complaints, [], `${name} (H-02)`)
  }
  await signedIn.context().close()
  await stranger.context().close()
}

/** What reaches beyond the window. */
async function beyond(page, name) {
  const out = await page.evaluate(() => {
    const out = []
    if (document.documentElement.scrollWidth > innerWidth) out.push(`the page by ${document.documentElement.scrollWidth - innerWidth} px`)
    // What is cut off by a box that hides its overflow can't be reached by scrolling either.
    // the tools of a text are one row on a phone, and what is quoted may be wide: both scroll by themselves
    const own = '.sidebar:not(:target), .skip-link, .visually-hidden, .compose__tools, .compose__rich'
    for (const one of document.querySelectorAll('button, a, input, select, summary, h1')) {
      const box = one.getBoundingClientRect()
      if (!box.width || getComputedStyle(one).visibility === 'hidden' || one.closest(own)) continue
      if (box.right > innerWidth + 1 || box.left < -1) out.push(`${one.tagName} "${one.textContent.trim().slice(0, 30)}" ends at ${Math.round(box.right)}`)
    }
    return out
  })
  return out.slice(0, 4).map(what => `${name}: ${what}`)
}

/** What axe-core finds by these rules in what is ours. */
async function broken(page, name, runOnly) {
  const { violations } = await page.evaluate(([runOnly, foreign]) => axe.run(
    { exclude: foreign.filter(one => document.querySelector(one)).map(one => [one]) },
    { resultTypes: ['violations'], iframes: false, runOnly },
  ), [runOnly, foreign])
  // An open menu lies over things for as long as it is open; everywhere else they must be large enough.
  const covered = await page.locator('details.menu[open]').count() > 0
  return violations.filter(one => !(covered && one.id === 'target-size'))
    .map(({ id, nodes }) => `${name}: ${id} at ${nodes.map(node => `${node.target} ${node.any[0]?.message ?? ''}`).slice(0, 3).join(' | ')}`)
}

describe('every page', { concurrency: 3, timeout: 600_000 }, () => {
  for (const [width, narrower] of [[1440, 820], [390, 360]]) {
    test(`has nothing for axe-core, light and dark, and does not scroll sideways, ${width} and ${narrower} px`, async () => {
      const found = []
      await tour({ width }, async (page, name) => {
        found.push(...await beyond(page, name))
        await page.evaluate(axe)
        found.push(...await broken(page, name, { type: 'tag', values: rules }))
        // of the two schemes nothing differs but colours
        await page.emulateMedia({ colorScheme: 'dark' })
        await page.evaluate(() => { for (const one of document.getAnimations()) one.finish() })
        found.push(...await broken(page, `${name}, dark`, { type: 'rule', values: colours }))
        const { height } = page.viewportSize()
        await page.setViewportSize({ width: narrower, height })
        found.push(...await beyond(page, `${name} at ${narrower} px`))
        await page.setViewportSize({ width, height })
        await page.emulateMedia({ colorScheme: 'light' })
      })
      assert.deepEqual(found, [])
    })
  }

  test('is quiet without scripts too', () => tour({ scripts: false }, async () => {}))
})

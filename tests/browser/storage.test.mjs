// A mailbox that is full until mail bounces, and what a person does then: everything on the page about storage, with scripts and
// without them.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { Lmtp } from './lmtp.mjs'
import { letter, withFile } from './letters.mjs'
import { settings, setUp } from './stage.mjs'

const QUOTA = 10 * 1024 * 1024
const noise = size => Buffer.from(Array.from({ length: size }, (_, at) => (at * 7919) % 251))

let stage
before(async () => { stage = await setUp() })
after(() => stage?.close())

/** Follows something that leads to another page, and waits for that page. */
const go = (page, act) => Promise.all([page.waitForEvent('domcontentloaded'), act()])
const press = (page, name) => go(page, () => page.getByRole('button', { name }).click())
const follow = (page, name) => go(page, () => page.getByRole('link', { name, exact: true }).first().click())

/** A delivery of its own: what was refused leaves nothing behind. */
async function deliver(to, mail) {
  const lmtp = await Lmtp.connect(stage.env.LMTP_PORT)
  await lmtp.deliver(to, mail).finally(() => lmtp.close())
}

/** When all is counted: the page is drawn anew by itself until then, with scripts and without. */
const counted = page => page.getByText(/^Counted /).waitFor()

/** The numbers beside the page's meter. */
const figure = page => page.locator('.figure-number').innerText()

describe('a mailbox of 10 MB', { concurrency: 2, timeout: 240_000 }, () => {
  for (const setting of settings) {
    test(`is full until mail bounces, and works again from the page about storage alone, ${setting.name}`, async () => {
      const who = await stage.person({ quota: QUOTA })
      // a lived-in mailbox: old letters, something thrown away, and mail that comes until nothing more goes in
      await who.other.append('INBOX', letter('Lunch on Friday'))
      await who.other.append('Trash', withFile('Thrown away', 'film.bin', noise(1_000_000)))
      let bounced
      for (let number = 1; number < 20 && !bounced; number++) {
        bounced = await deliver(who.user, withFile(`Video ${number}`, 'video.bin', noise(1_200_000))).then(() => null, error => error.message)
      }
      assert.match(bounced ?? '', /LMTP said (452|552|5\d\d|4\d\d)/, 'mail bounces')
      // … and to the last octet, so that not even a letter goes in: a copy to Trash has no room either
      for (let number = 1; number < 200; number++) {
        if (await who.other.append('INBOX', withFile(`Scan ${number}`, 'scan.bin', noise(90_000))).catch(() => null) === null) break
      }

      const page = await stage.signedIn(who, setting)
      // every page says it, and leads there
      await page.getByText(/Your mailbox is (almost )?full/).waitFor()
      await follow(page, 'Free up space')
      await page.getByRole('heading', { level: 1, name: 'Storage' }).waitFor()
      await counted(page)
      assert.equal(await figure(page), '10 of 10 MB used')

      // the quickest way: what is in Trash already
      await press(page, /^Empty Trash, frees 1\.4 MB/)
      await page.getByRole('heading', { level: 1, name: 'Delete 1 message for good?' }).waitFor()
      assert.deepEqual(await who.other.subjects('Trash'), ['Thrown away'], 'asking does nothing')
      await press(page, 'Delete for good')
      assert.deepEqual(await who.other.subjects('Trash'), [])

      // and the two biggest messages
      await page.getByRole('heading', { level: 1, name: 'Storage' }).waitFor()
      await counted(page)
      const biggest = page.locator('#biggest')
      await biggest.getByRole('checkbox', { name: 'Choose: Video 1', exact: true }).check()
      await biggest.getByRole('checkbox', { name: 'Choose: Video 2', exact: true }).check()
      if (setting.scripts) assert.match(await biggest.locator('.weigh').innerText(), /^2 chosen, frees 3\.\d MB$/)
      await go(page, () => biggest.getByRole('button', { name: 'Delete' }).click())
      await page.getByRole('heading', { level: 1, name: 'Delete 2 messages for good?' }).waitFor()
      await page.getByText('2 messages in Inbox').waitFor()
      await press(page, 'Delete for good')
      await page.getByText('2 messages deleted for good.').waitFor()

      // mail comes again, and nothing else was touched
      await deliver(who.user, letter('There is room again'))
      const left = await who.other.subjects('INBOX')
      assert.ok(left.includes('Lunch on Friday') && left.includes('Video 3') && left.includes('There is room again'), `${left}`)
      assert.ok(!left.includes('Video 1') && !left.includes('Video 2'), `${left}`)
      assert.deepEqual(page.complaints, [])
      await page.context().close()
    })
  }

  test('shows by itself what is counted while the page is open, and keeps what was chosen', async () => {
    const who = await stage.person({ quota: QUOTA, mails: [withFile('Video', 'video.bin', noise(400_000)), letter('Lunch on Friday')] })
    const page = await stage.signedIn(who)
    await page.goto(`${stage.base}/storage`)
    await page.getByText(/^Counted /).waitFor()
    const chosen = page.locator('#biggest').getByRole('checkbox', { name: 'Choose: Video' })
    await chosen.check()
    await page.locator('#biggest .weigh').getByText('1 chosen, frees 548 KB').waitFor()
    assert.ok(await chosen.isChecked())
    assert.deepEqual(page.complaints, [])
    await page.context().close()
  })
})

// The main job, as a person does it: each action is confirmed by another mail program, and what that one does shows on the
// next page. With scripts and without, at a desk and on a phone.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import { Hand } from './hand.mjs'
import { letter, withFile } from './letters.mjs'
import { setUp, settings } from './stage.mjs'

let stage
before(async () => { stage = await setUp() })
after(() => stage?.close())

/** Somebody with these mails, signed in, and the hand that holds the page. */
async function begin(setting, mails) {
  const who = await stage.person({ mails })
  const page = await stage.signedIn(who, setting)
  return { who, other: who.other, page, hand: new Hand(page, setting) }
}

/** Nothing was complained about (H-02), and the browser is done with. */
async function end(page) {
  assert.deepEqual(page.complaints, [])
  await page.context().close()
}

for (const setting of settings) describe(setting.name, { concurrency: 2 }, () => {
  test('signs in, reads, walks from message to message, and signs out', async () => {
    const { who, other, page, hand } = await begin(setting, [letter('Oldest'), letter('Middle'), letter('Newest')])
    assert.deepEqual(await hand.list(), ['Newest', 'Middle', 'Oldest'])
    assert.deepEqual(await other.flags('INBOX', 'Middle'), [])

    await hand.open('Middle')
    assert.match(await page.getByRole('group', { name: 'Message text' }).innerText(), /About: Middle/)
    assert.deepEqual(await other.flags('INBOX', 'Middle'), ['\\Seen'])

    await hand.follow('Older message')
    await hand.heading('Oldest')
    assert.ok(await page.getByRole('link', { name: 'Older message' }).getAttribute('aria-disabled'))
    await hand.follow('Newer message')
    await hand.heading('Middle')
    await hand.back()
    await hand.heading('Inbox')

    await hand.signOut()
    await page.getByRole('button', { name: 'Sign in' }).waitFor()
    await page.goto(`${stage.base}/mailbox/INBOX`)
    await page.getByLabel('Password').waitFor()

    await page.getByLabel('Mail address').fill(who.user)
    await page.getByLabel('Password').fill('canary wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    assert.match(await page.getByRole('alert').innerText(), /do not match/)
    // Chromium itself reports an answer of status 401.
    page.complaints = page.complaints.filter(line => !/status of 401/.test(line))
    await end(page)
  })

  test('flags, marks, moves, copies, archives, junks and deletes the open message', async () => {
    const { other, page, hand } = await begin(setting, ['To flag', 'To mark', 'To move', 'To copy', 'To archive', 'To junk', 'To delete', 'To stay'].map(s => letter(s)))
    await other.create('Ferns')
    const untouched = (await other.look('INBOX')).at(-1)

    await hand.open('To flag')
    if (setting.phone) {
      const box = await hand.bar.getByRole('button', { name: 'Archive' }).boundingBox()
      assert.ok(box.y > 700, 'on a phone the actions lie where the thumb is')
    }
    await hand.press(hand.bar, 'Flag', 'More actions')
    assert.deepEqual(await other.flags('INBOX', 'To flag'), ['\\Flagged', '\\Seen'])
    await page.getByRole('img', { name: 'Flagged' }).waitFor()
    await hand.press(hand.bar, 'Take the flag off', 'More actions')
    assert.deepEqual(await other.flags('INBOX', 'To flag'), ['\\Seen'])
    await hand.back()

    await hand.open('To mark')
    assert.deepEqual(await other.flags('INBOX', 'To mark'), ['\\Seen'])
    await hand.press(hand.bar, 'Mark as unread', 'More actions')
    assert.deepEqual(await other.flags('INBOX', 'To mark'), [])
    await page.goto(`${stage.base}/mailbox/INBOX`)
    assert.match(await hand.row('To mark').innerText(), /Unread\./)

    await hand.open('To copy')
    await hand.copyTo(hand.bar, 'Ferns')
    assert.equal(await hand.said(), '1 message copied to Ferns.')
    assert.deepEqual(await other.subjects('Ferns'), ['To copy'])
    assert.ok((await other.subjects('INBOX')).includes('To copy'))
    await page.goto(`${stage.base}/mailbox/INBOX`)

    for (const [subject, name, folder, said, menu] of [
      ['To move', 'Ferns', 'Ferns', '1 message moved to Ferns.', 'Move'],
      ['To archive', 'Archive', 'Archive', '1 message moved to Archive.'],
      ['To junk', 'Junk', 'Junk', '1 message moved to Junk.'],
      ['To delete', 'Delete', 'Trash', '1 message moved to Trash.'],
    ]) {
      await hand.open(subject)
      await hand.press(hand.bar, name, menu)
      assert.equal(await hand.said(), said)
      assert.ok((await other.subjects(folder)).includes(subject), `${subject} is in ${folder}`)
      assert.ok(!(await other.subjects('INBOX')).includes(subject), `${subject} left`)
      await hand.undo()
      assert.equal(await hand.said(), '1 message is back in Inbox.')
      assert.ok((await other.subjects('INBOX')).includes(subject), `${subject} is back`)
      assert.ok(!(await other.subjects(folder)).includes(subject), `${subject} is no longer in ${folder}`)
      await page.goto(`${stage.base}/mailbox/INBOX`)
    }
    // L-12, R-20: what nobody chose is as it was.
    assert.deepEqual((await other.look('INBOX')).find(message => message.subject === 'To stay'), untouched)
    await end(page)
  })

  test('chooses many and acts on them', async () => {
    const names = ['A', 'B', 'C', 'D', 'E', 'F']
    const { other, page, hand } = await begin(setting, names.map(name => letter(`Letter ${name}`)))
    await hand.star('Letter E')
    assert.ok(await hand.isStarred('Letter E'))
    assert.deepEqual(await other.flags('INBOX', 'Letter E'), ['\\Flagged'])
    await hand.follow('Flagged')
    assert.deepEqual(await hand.list(), ['Letter E'])
    await hand.follow('All')

    await hand.choose('Letter A')
    await hand.choose('Letter B')
    await hand.press(hand.selection, 'Mark as read')
    assert.equal(await hand.said(), '2 messages marked as read.')
    assert.deepEqual(await other.flags('INBOX', 'Letter A'), ['\\Seen'])
    assert.deepEqual(await other.flags('INBOX', 'Letter C'), [])
    await hand.follow('Unread')
    assert.deepEqual(await hand.list(), ['Letter F', 'Letter E', 'Letter D', 'Letter C'])
    await hand.follow('All')

    await hand.choose('Letter A')
    await hand.choose('Letter C')
    await hand.press(hand.selection, 'Archive')
    assert.equal(await hand.said(), '2 messages moved to Archive.')
    assert.deepEqual(await other.subjects('Archive'), ['Letter A', 'Letter C'])
    assert.deepEqual(await hand.list(), ['Letter F', 'Letter E', 'Letter D', 'Letter B'])
    await hand.undo()
    assert.deepEqual(await other.subjects('Archive'), [])
    assert.deepEqual((await other.subjects('INBOX')).sort(), names.map(name => `Letter ${name}`))

    await hand.choose('Letter D')
    await hand.press(hand.selection, 'Junk')
    await hand.choose('Letter F')
    await hand.press(hand.selection, 'Trash', 'Move')
    assert.deepEqual(await other.subjects('Junk'), ['Letter D'])
    await hand.choose('Letter E')
    await hand.copyTo(hand.selection, 'Archive')
    assert.deepEqual(await other.subjects('Archive'), ['Letter E'])
    assert.ok((await other.subjects('INBOX')).includes('Letter E'))

    await hand.openFolder('Junk')
    await hand.choose('Letter D')
    await hand.press(hand.selection, 'Not junk')
    assert.ok((await other.subjects('INBOX')).includes('Letter D'))
    assert.deepEqual(await other.subjects('Junk'), [])

    await hand.openFolder('Inbox')
    if (setting.scripts) await page.getByRole('link', { name: 'Choose all on this page' }).click()
    else await hand.follow('Choose all on this page')
    assert.equal(await page.locator('.message-row .checkbox:checked').count(), 5)
    await hand.press(hand.selection, 'Delete')
    assert.equal(await hand.said(), '5 messages moved to Trash.')
    assert.deepEqual(await other.subjects('INBOX'), [])
    assert.match(await page.getByRole('main').innerText(), /Nothing here/)
    assert.equal((await other.subjects('Trash')).length, 6)
    await end(page)
  })

  test('empties Trash after a page that asks, and deletes from it for good', async () => {
    const { other, page, hand } = await begin(setting, [letter('Stays')])
    for (const subject of ['Gone 1', 'Gone 2', 'Gone 3']) await other.append('Trash', letter(subject))
    await hand.openFolder('Trash')

    await hand.choose('Gone 2')
    await hand.press(hand.selection, 'Delete for good')
    await hand.heading('Delete this message for good?')
    assert.equal((await other.subjects('Trash')).length, 3)
    await hand.follow('Keep')
    await hand.heading('Trash')
    assert.equal((await other.subjects('Trash')).length, 3)
    await hand.choose('Gone 2')
    await hand.press(hand.selection, 'Delete for good')
    await hand.confirm('Delete for good')
    assert.equal(await hand.said(), '1 message deleted for good.')
    assert.deepEqual(await other.subjects('Trash'), ['Gone 1', 'Gone 3'])

    await hand.follow('Empty Trash (2 messages)')
    await hand.heading('Empty Trash?')
    assert.equal((await other.subjects('Trash')).length, 2)
    await hand.confirm('Delete 2 messages')
    assert.deepEqual(await other.subjects('Trash'), [])
    assert.deepEqual(await other.subjects('INBOX'), ['Stays'])
    assert.match(await page.getByRole('main').innerText(), /Trash is empty/)
    await end(page)
  })

  test('takes a file down as it was sent', async () => {
    const bytes = randomBytes(300_000)
    const { page, hand } = await begin(setting, [withFile('With a file', 'Grüße & more.bin', bytes)])
    await hand.open('With a file')
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Grüße & more.bin' }).click()])
    assert.equal(download.suggestedFilename(), 'Grüße & more.bin')
    assert.ok(fs.readFileSync(await download.path()).equals(bytes))
    await end(page)
  })

  test('shows on the next page what another mail program did', async () => {
    const { other, page, hand } = await begin(setting, [letter('First'), letter('Second')])
    await other.append('INBOX', letter('Just came'))
    await page.reload()
    assert.deepEqual(await hand.list(), ['Just came', 'Second', 'First'])

    await other.store('INBOX', 'Second', '+FLAGS (\\Flagged)')
    await other.store('INBOX', 'First', '+FLAGS (\\Seen)')
    await page.reload()
    assert.ok(await hand.isStarred('Second'))
    assert.doesNotMatch(await hand.row('First').innerText(), /Unread\./)
    assert.match(await hand.row('Second').innerText(), /Unread\./)

    await other.move('INBOX', 'Second', 'Archive')
    await page.reload()
    assert.deepEqual(await hand.list(), ['Just came', 'First'])
    await hand.openFolder('Archive')
    assert.deepEqual(await hand.list(), ['Second'])

    await other.create('Brand new')
    await page.reload()
    await hand.openFolder('Brand new')
    assert.match(await page.getByRole('main').innerText(), /Brand new is empty/)

    // A page that is older than what happened: nothing else is hit.
    await hand.openFolder('Inbox')
    await hand.choose('First')
    await other.move('INBOX', 'First', 'Archive')
    if (setting.scripts) {
      // the page learns of it: what left can be chosen no longer
      await page.locator('.message-row--gone', { hasText: 'First' }).waitFor()
      assert.equal(await page.locator('.message-row .checkbox:checked').count(), 0)
    } else {
      await hand.press(hand.selection, 'Delete')
      assert.match(await hand.said(), /no longer here/)
    }
    assert.deepEqual(await other.subjects('INBOX'), ['Just came'])
    assert.deepEqual(await other.subjects('Trash'), [])
    await end(page)
  })
})

// By keyboard alone. Without scripts Tab reaches everything, in the order in which it is read, and shows where it is; with
// scripts letters do what the help says, and never while somebody types.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import { Hand } from './hand.mjs'
import { letter, withFile } from './letters.mjs'
import { setUp } from './stage.mjs'

let stage
before(async () => { stage = await setUp() })
after(() => stage?.close())

async function begin(setting, mails) {
  const who = await stage.person({ mails })
  const page = await stage.signedIn(who, setting)
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key) }
  return { other: who.other, page, press, hand: new Hand(page, { phone: false }) }
}

/** What has the focus: its name, where it is, and whether it can be seen that it has it. */
const focused = page => page.evaluate(() => {
  const one = document.activeElement
  if (one === document.body) return null
  const seen = one.closest('.message-row') && one.matches('.message-row__subject') ? one.closest('.message-row') : one
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(seen)
  const box = one.getBoundingClientRect()
  const name = one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent
  return {
    name: name.trim().replace(/\s+/g, ' '), x: box.x, y: box.y, hidden: !box.width || !box.height || box.bottom < 0,
    marked: (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1) || boxShadow !== 'none',
  }
})

/** Tab from the top to the end: everything on the way. */
async function walk(page) {
  const way = []
  for (let step = 0; step < 200; step++) {
    await page.keyboard.press('Tab')
    const at = await focused(page)
    if (!at) return way
    way.push(at)
  }
  throw new Error(`Tab does not come to an end: ${way.slice(-5).map(at => at.name)}`)
}

/** Everything that can take the focus, in the order of the document. */
const reachable = page => page.evaluate(() => [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary, [tabindex="0"]')]
  .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0)
  .map(one => (one.getAttribute('aria-label') || one.labels?.[0]?.textContent || one.textContent).trim().replace(/\s+/g, ' ')))

describe('the keyboard', { concurrency: 2 }, () => {
  test('Tab reaches everything in reading order and shows where it is', async () => {
    const { page, hand } = await begin({ scripts: false }, [letter('One'), withFile('Two', 'two.bin', Buffer.from('two'))])
    const look = async what => {
      const wanted = await reachable(page)
      const way = await walk(page)
      assert.deepEqual(way.map(at => at.name), wanted, what)
      assert.deepEqual(way.filter(at => at.hidden || !at.marked).map(at => at.name), [], `${what}: not to be seen`)
    }
    await page.goto(`${stage.base}/mailbox/INBOX`)
    await look('list')
    await hand.open('Two')
    await look('message')
    await page.goto(`${stage.base}/mailbox/INBOX?select=page`)
    await look('list, all chosen')
    await page.context().close()
  })

  test('the first Tab offers to skip to the content', async () => {
    const { page, press } = await begin({ scripts: false }, [letter('One')])
    await page.goto(`${stage.base}/mailbox/INBOX`)
    await press('Tab')
    assert.equal((await focused(page)).name, 'Skip to the content')
    assert.ok((await page.locator('.skip-link').boundingBox()).y >= 0, 'it shows')
    await press('Enter', 'Tab')
    assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)))
    await page.context().close()
  })

  test('a message is read, flagged and moved with Tab, Enter and Space alone, without scripts', async () => {
    const { other, page, press } = await begin({ scripts: false }, [letter('One'), letter('Two')])
    const tabTo = async name => {
      for (let step = 0; step < 60; step++) {
        await press('Tab')
        if ((await focused(page))?.name === name) return
      }
      throw new Error(`Tab does not reach ${name}`)
    }
    await tabTo('Choose: One')
    await press('Space')
    await tabTo('Archive')
    await press('Enter')
    await page.getByText('1 message moved to Archive.').waitFor()
    assert.deepEqual(await other.subjects('Archive'), ['One'])
    await tabTo('Undo')
    await press('Enter')
    await page.getByText('1 message is back in Inbox.').waitFor()
    assert.deepEqual((await other.subjects('INBOX')).sort(), ['One', 'Two'])
    await tabTo('Two')
    await press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Two' }).waitFor()
    assert.deepEqual(await other.flags('INBOX', 'Two'), ['\\Seen'])
    await page.context().close()
  })

  test('letters walk and choose in a list', async () => {
    const { other, page, press } = await begin({}, ['One', 'Two', 'Three', 'Four'].map(s => letter(s)))
    await press('j', 'j', 'k')
    assert.equal((await focused(page)).name, 'Four')
    await press('j', 'x', 'j', 'x')
    assert.equal(await page.locator('.checkbox:checked').count(), 2)
    await press('x')
    assert.equal(await page.locator('.checkbox:checked').count(), 1)
    await press('e')
    await page.getByText('1 message moved to Archive.').waitFor()
    assert.deepEqual(await other.subjects('Archive'), ['Three'])
    await press('z')
    await page.getByText('1 message is back in Inbox.').waitFor()
    assert.deepEqual(await other.subjects('Archive'), [])

    // Nothing chosen: the row in focus is meant, and no other.
    for (const [key, said, folder] of [['#', '1 message moved to Trash.', 'Trash'], ['!', '1 message moved to Junk.', 'Junk']]) {
      const top = (await page.locator('.message-row__subject').allInnerTexts())[1]
      await press('j', 'j', key)
      await page.getByText(said).waitFor()
      assert.deepEqual(await other.subjects(folder), [top])
    }
    const top = (await page.locator('.message-row__subject').allInnerTexts())[0]
    await press('j', 's')
    await page.locator('.flag[aria-pressed="true"]').waitFor()
    assert.deepEqual(await other.flags('INBOX', top), ['\\Flagged'])
    await press('j', 'o')
    await page.getByRole('heading', { level: 1, name: top, exact: true }).waitFor()
    await page.context().close()
  })

  test('letters walk and act in a message', async () => {
    const { other, page, press, hand } = await begin({}, ['One', 'Two', 'Three'].map(s => letter(s)))
    await hand.open('Two')
    await press('j')
    await hand.heading('One')
    await press('k')
    await hand.heading('Two')
    await press('s')
    await page.locator('.message__star').waitFor()
    assert.deepEqual(await other.flags('INBOX', 'Two'), ['\\Flagged', '\\Seen'])
    await press('u')
    await hand.heading('Inbox')
    await hand.open('One')
    await press('m')
    await page.getByText('1 message marked as unread.').waitFor()
    assert.deepEqual(await other.flags('INBOX', 'One'), [])
    await page.goto(`${stage.base}/mailbox/INBOX`)
    await hand.open('One')
    await press('e')
    await page.getByText('1 message moved to Archive.').waitFor()
    assert.deepEqual(await other.subjects('Archive'), ['One'])
    await page.context().close()
  })

  test('Escape closes menus, the help and the drawer, and gives the focus back', async () => {
    const { page, press, hand } = await begin({}, [letter('One')])
    await press('?')
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await help.waitFor()
    await press('Escape')
    await help.waitFor({ state: 'hidden' })
    await hand.open('One')
    await press('v')
    assert.equal(await page.locator('details.menu[open]').count(), 1)
    await press('Escape')
    assert.equal(await page.locator('details.menu[open]').count(), 0)
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SUMMARY')
    await page.setViewportSize({ width: 390, height: 800 })
    await page.goto(`${stage.base}/mailbox/INBOX`)
    await page.getByRole('link', { name: 'Folders', exact: true }).click()
    const tree = page.getByRole('navigation', { name: 'Folders' })
    await tree.waitFor()
    await press('Escape')
    await tree.waitFor({ state: 'hidden' })
    await page.context().close()
  })

  test('nothing happens while somebody types, or with Ctrl', async () => {
    const { other, page, press } = await begin({}, [letter('One'), letter('Two')])
    await press('j', '/')
    await page.keyboard.type('je#!smxz?')
    assert.equal(await page.getByLabel('Search this folder').inputValue(), 'je#!smxz?')
    await page.locator('.message-row__subject').first().focus()
    await press('Control+e', 'Alt+m', 'Control+#')
    assert.equal(await page.getByRole('dialog').count(), 0)
    await page.reload()
    assert.deepEqual(await other.subjects('INBOX'), ['One', 'Two'])
    assert.deepEqual(await other.flags('INBOX', 'Two'), [])
    await page.context().close()
  })
})

// People who are suggested while an address is typed: with keys, a pointer and a finger, for eyes and for a screen reader.
import { after, before, describe, test } from 'node:test'
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { setUp, until } from './stage.mjs'

const axe = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
/** Whom the person wrote to, the most used first. */
const known = [
  ['Tove Berg', 'tove@kontor7.example'],
  ['Brandt, Ilse', 'ilse@hafenmuseum.example'],
  ['Tor Åsen', 'tor@nord.example'],
  ['', 'office@tower.example'],
]

let stage, who, storageState
before(async () => {
  stage = await setUp()
  who = await stage.person()
  const page = await stage.signedIn(who)
  await page.goto(`${stage.base}/settings/recipients`)
  // as the form that undoes a forgetting says it
  const csrf = await page.locator('input[name=csrf]').first().inputValue()
  for (const [at, [name, address]] of known.entries()) {
    const status = await page.evaluate(async ([url, fields]) => {
      return (await fetch(url, { method: 'POST', body: new URLSearchParams(fields) })).status
    }, [`${stage.base}/settings/recipients/restore`, { csrf, name, address, rank: String(1_800_000_000 - at) }])
    assert.equal(status, 200)
  }
  storageState = await page.context().storageState()
  await page.context().close()
})
after(() => stage?.close())

/** A page with the field, as the composer has it. */
async function opened(setting = {}) {
  const page = await stage.visitor({ ...setting, storageState })
  await page.route('**/settings/writing', async route => {
    const answer = await route.fetch()
    const field = `<div class="field"><label for="to">To</label><input class="input" id="to" name="to" type="text" data-module="recipients" data-suggest="/webmail/compose/recipients"></div><div class="field"><label for="cc">Cc</label><input class="input" id="cc" name="cc" type="text"></div>`
    const body = (await answer.text()).replace('<div class="panel__body">', `$&${field}`)
      .replace(/<script src="([^"]*)app\.js"/, '<script src="$1writing.js" defer></script>$&') // as where people write
    await route.fulfill({ response: answer, body })
  })
  await page.goto(`${stage.base}/settings/writing`)
  page.field = page.getByLabel('To', { exact: true })
  page.options = page.getByRole('listbox', { name: 'Suggestions' }).getByRole('option')
  /** Types, and waits for so many people. */
  page.types = async (text, count) => {
    await page.field.pressSequentially(text)
    await until(`${count} people for ${text}`, async () => await page.options.count() === count).catch(async error => {
      throw new Error(`${error.message}; the field has ${await page.field.inputValue()}`)
    })
  }
  /** What a screen reader would say is chosen. */
  page.active = async () => {
    const id = await page.field.getAttribute('aria-activedescendant')
    return id && page.locator(`#${id}`).textContent()
  }
  return page
}

const closed = async page => {
  await until('the list is closed', async () => await page.options.count() === 0)
  assert.equal(await page.field.getAttribute('aria-expanded'), 'false')
  assert.equal(await page.field.getAttribute('aria-activedescendant'), null)
}

describe('a field of addresses', { concurrency: 2, timeout: 120_000 }, () => {
  test('says what it is, what was found, and which one is next', async () => {
    const page = await opened()
    assert.equal(await page.field.getAttribute('role'), 'combobox')
    await closed(page)
    await page.types('to', 3)
    assert.equal(await page.field.getAttribute('aria-expanded'), 'true')
    assert.equal(await page.locator('#to ~ [role=status]').textContent(), '3 suggestions')
    assert.match(await page.active(), /Tove Berg/)
    await page.keyboard.press('ArrowDown')
    assert.match(await page.active(), /Tor Åsen/)
    assert.deepEqual(await page.options.evaluateAll(all => all.map(one => one.getAttribute('aria-selected'))), ['false', 'true', 'false'])
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('ArrowUp')
    assert.match(await page.active(), /office@tower/, 'from the first to the last')
    await page.evaluate(axe)
    const { violations } = await page.evaluate(() => axe.run({ include: ['.panel'] }, { resultTypes: ['violations'] }))
    assert.deepEqual(violations.map(one => `${one.id}: ${one.nodes.map(node => node.html)}`), [])
    assert.deepEqual(page.complaints, [])
    await page.context().close()
  })

  test('takes the one that is next by Enter, comma and Tab, and goes on with another', async () => {
    const page = await opened()
    await page.types('ber', 1)
    await page.keyboard.press('Enter')
    assert.equal(await page.field.inputValue(), 'Tove Berg <tove@kontor7.example>, ')
    await closed(page)
    await page.types('asen', 1)
    await page.keyboard.press(',')
    assert.equal(await page.field.inputValue(), 'Tove Berg <tove@kontor7.example>, Tor Åsen <tor@nord.example>, ')
    await page.types('ilse', 1)
    await page.keyboard.press('Tab')
    assert.equal(await page.field.inputValue(), 'Tove Berg <tove@kontor7.example>, Tor Åsen <tor@nord.example>, "Brandt, Ilse" <ilse@hafenmuseum.example>, ')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'cc', 'Tab goes on')
    await closed(page)
    await page.context().close()
  })

  test('replaces the address at the cursor and no other', async () => {
    const page = await opened()
    await page.field.fill('"Berg, To" <a@x.example>, , z@x.example')
    await page.field.evaluate(field => field.setSelectionRange(26, 26))
    await page.types('tor', 1)
    await page.keyboard.press('Enter')
    assert.equal(await page.field.inputValue(), '"Berg, To" <a@x.example>, Tor Åsen <tor@nord.example>, z@x.example')
    await page.context().close()
  })

  test('leaves alone what was typed to its end, and closes by Escape', async () => {
    const page = await opened()
    await page.types('tove@kontor7.ex', 1)
    await page.keyboard.press(',')
    assert.equal(await page.field.inputValue(), 'tove@kontor7.ex,')
    await page.types(' ber', 1)
    await page.keyboard.press('Escape')
    await closed(page)
    assert.equal(await page.field.inputValue(), 'tove@kontor7.ex, ber')
    await page.keyboard.press('ArrowDown')
    await until('it is open again', async () => await page.options.count() === 1)
    await page.keyboard.press('Shift+Tab')
    assert.equal(await page.field.inputValue(), 'tove@kontor7.ex, ber', 'going back takes nobody')
    await page.context().close()
  })

  test('takes who is pressed, and keeps the focus', async () => {
    const page = await opened()
    await page.types('to', 3)
    await page.options.nth(2).click()
    assert.equal(await page.field.inputValue(), 'office@tower.example, ')
    assert.equal(await page.evaluate(() => document.activeElement.id), 'to')
    await page.types('to', 3)
    await page.getByRole('heading', { level: 1 }).click()
    await closed(page)
    await page.context().close()
  })

  test('works with a finger, within the window', async () => {
    const page = await opened({ width: 390 })
    await page.field.tap()
    await page.types('to', 3)
    const box = await page.getByRole('listbox').boundingBox()
    assert.ok(box.x >= 0 && box.x + box.width <= 390, JSON.stringify(box))
    for (const option of await page.options.all()) assert.ok((await option.boundingBox()).height >= 44)
    await page.options.nth(1).tap()
    assert.equal(await page.field.inputValue(), 'Tor Åsen <tor@nord.example>, ')
    await page.context().close()
  })

  test('goes on as a field of text when nobody answers', async () => {
    const page = await opened()
    await page.route('**/compose/recipients?*', route => route.abort())
    const asked = page.waitForEvent('requestfailed', request => request.url().includes('/compose/recipients'))
    await page.field.pressSequentially('tove')
    await asked
    await page.keyboard.press('Tab')
    await closed(page)
    assert.equal(await page.field.inputValue(), 'tove')
    await page.context().close()
  })

  test('is a field of text without scripts', async () => {
    const page = await opened({ scripts: false })
    await page.field.fill('tove@kontor7.example')
    assert.equal(await page.field.getAttribute('role'), null)
    await page.context().close()
  })
})

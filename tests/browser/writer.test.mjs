// Another writer chosen: what nobody touched goes with them, in a plain text and in one with looks.
import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { says } from './hand.mjs'
import { setUp, until } from './stage.mjs'

let stage
before(async () => { stage = await setUp({ config: '[identities]\naddresses = "any"\n' }) })
after(() => stage?.close())

/** Somebody with a private identity and an office's. */
async function begin() {
  const [ann, bo] = [await stage.person(), await stage.person()]
  const page = await stage.signedIn(ann)
  await page.goto(`${stage.base}/settings/writing`)
  await page.locator('select[name=undo]').selectOption('0')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await says(page, 'Saved.')
  const identity = async (path, values, copies) => {
    await page.goto(`${stage.base}/settings/identities/${path}`)
    for (const [name, value] of Object.entries(values)) await page.locator(`.page [name=${name}]`).fill(value)
    if (copies) {
      await page.locator('[name=copies]').check()
      await page.locator('[name=language]').selectOption('de')
    }
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await says(page, 'Saved.')
  }
  await identity('0', { reply_to: 'private@home.example', signature: 'Ann' }, true)
  await identity('new', { address: `office-${ann.user}`, name: 'Office', reply_to: 'desk@fernpost.example', signature: 'The office\nHarbour 7' })
  await page.goto(`${stage.base}/compose`)
  await page.getByLabel('To', { exact: true }).fill(bo.user)
  return { ann, bo, page }
}

for (const looks of [false, true]) test(`what nobody touched goes with another writer, ${looks ? 'with looks' : 'plain'}`, async () => {
  const { bo, ann, page } = await begin()
  if (looks) {
    await page.locator('.segments__item', { hasText: 'Rich' }).click()
    await page.locator('.compose__rich').waitFor()
  }
  const box = page.getByRole('textbox', { name: 'Message', exact: true })
  await box.click()
  await page.keyboard.press('Control+Home')
  await page.keyboard.type('Dear Bo')
  await page.getByLabel('Subject', { exact: true }).fill('Plans')
  await page.getByLabel('From', { exact: true }).selectOption({ index: 1 })
  const value = name => page.locator(`.compose [name=${name}]`).inputValue()
  assert.equal(await value('reply_to'), 'desk@fernpost.example')
  assert.equal(await value('bcc'), '')
  assert.equal((await value('text')).trim(), 'Dear Bo\n\n-- \nThe office\nHarbour 7')
  assert.equal(await page.locator('#text').getAttribute('lang'), null)
  // there and back, it is as it was
  await page.getByLabel('From', { exact: true }).selectOption({ index: 0 })
  assert.deepEqual([await value('reply_to'), await value('bcc')], ['private@home.example', ann.user])
  assert.equal((await value('text')).trim(), 'Dear Bo\n\n-- \nAnn')
  // what somebody typed stays
  await page.locator('[name=reply_to]').fill('mine@home.example')
  await page.locator('[name=bcc]').fill('')
  await page.getByLabel('From', { exact: true }).selectOption({ index: 1 })
  assert.deepEqual([await value('reply_to'), await value('bcc')], ['mine@home.example', ''])
  await page.getByLabel('From', { exact: true }).selectOption({ index: 0 })
  assert.deepEqual([await value('reply_to'), await value('bcc')], ['mine@home.example', ''])
  await page.getByRole('button', { name: 'Send', exact: true }).click()
  await says(page, 'Sent.')
  await until('it arrives', async () => (await bo.other.subjects('INBOX')).includes('Plans'))
  assert.deepEqual(page.complaints, [])
  await page.context().close()
})

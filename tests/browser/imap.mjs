// The other mail program: an IMAP client (RFC 3501) that shares no line with ours. What it sees is what happened.
import net from 'node:net'

const quoted = text => `"${text.replace(/[\\"]/g, '\\$&')}"`

/** Modified UTF-7 (RFC 3501 5.1.3), since a name may be "Müll". */
const mailboxName = name => quoted(name.replace(/&/g, '&-').replace(/[^\x20-\x7e]+/g, run =>
  `&${Buffer.from(run, 'utf16le').swap16().toString('base64').replace(/=+$/, '').replace(/\//g, ',')}-`))

export class OtherClient {
  #socket
  #heard = Buffer.alloc(0)
  #wake = () => {}
  #tag = 0

  static async signIn(port, user, password) {
    const client = new OtherClient()
    client.#socket = net.connect(port, '127.0.0.1')
    client.#socket.on('data', data => { client.#heard = Buffer.concat([client.#heard, data]); client.#wake() })
    client.#socket.on('close', () => client.#wake())
    client.#socket.on('error', () => client.#wake())
    await client.#line()
    await client.#command(`LOGIN ${quoted(user)} ${quoted(password)}`)
    return client
  }

  close() {
    this.#socket.destroy()
  }

  async #more() {
    if (this.#socket.destroyed) throw new Error('the mail server hung up on the other client')
    await new Promise(done => { this.#wake = done })
  }

  /** One response, its literals in place, as Latin-1. */
  async #line() {
    let line = ''
    for (;;) {
      let end
      while ((end = this.#heard.indexOf('\r\n')) < 0) await this.#more()
      line += this.#heard.subarray(0, end).toString('latin1')
      this.#heard = this.#heard.subarray(end + 2)
      const literal = /\{(\d+)\}$/.exec(line)
      if (!literal) return line
      const length = Number(literal[1])
      while (this.#heard.length < length) await this.#more()
      line += `\r\n${this.#heard.subarray(0, length).toString('latin1')}`
      this.#heard = this.#heard.subarray(length)
    }
  }

  async #command(text, literal) {
    const tag = `x${++this.#tag}`
    this.#socket.write(`${tag} ${text}\r\n`)
    const untagged = []
    for (;;) {
      const line = await this.#line()
      if (line.startsWith('+')) this.#socket.write(Buffer.concat([literal, Buffer.from('\r\n')]))
      else if (line.startsWith(`${tag} OK`)) return { untagged, line }
      else if (line.startsWith(tag)) throw new Error(`${text.replace(/^LOGIN.*/, 'LOGIN')}: ${line}`)
      else untagged.push(line)
    }
  }

  create(mailbox) {
    return this.#command(`CREATE ${mailboxName(mailbox)}`)
  }

  /** Adds a message; returns its UID. */
  async append(mailbox, message, flags = '') {
    const bytes = Buffer.isBuffer(message) ? message : Buffer.from(message)
    const { line } = await this.#command(`APPEND ${mailboxName(mailbox)} (${flags}) {${bytes.length}}`, bytes)
    return Number(/APPENDUID \d+ (\d+)/.exec(line)[1])
  }

  /** What is in a mailbox: subject and flags by UID, oldest first. Marks nothing as read. */
  async look(mailbox) {
    const { untagged } = await this.#command(`EXAMINE ${mailboxName(mailbox)}`)
    this.uidValidity = Number(/UIDVALIDITY (\d+)/.exec(untagged.join('\n'))[1])
    if (untagged.some(line => /^\* 0 EXISTS/.test(line))) return []
    const fetched = await this.#command('UID FETCH 1:* (UID FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])')
    return fetched.untagged.filter(line => /^\* \d+ FETCH/.test(line)).map(line => ({
      uid: Number(/\bUID (\d+)/.exec(line)[1]),
      flags: /FLAGS \(([^)]*)\)/.exec(line)[1].split(' ').filter(flag => flag && flag !== '\\Recent').sort(),
      subject: /subject: ?([^\r]*)/i.exec(line)?.[1] ?? '',
    }))
  }

  /** The subjects in a mailbox, oldest first. */
  async subjects(mailbox) {
    return (await this.look(mailbox)).map(message => message.subject)
  }

  /** The flags of the one message with this subject. */
  async flags(mailbox, subject) {
    const found = (await this.look(mailbox)).filter(message => message.subject === subject)
    if (found.length !== 1) throw new Error(`${found.length} messages "${subject}" in ${mailbox}`)
    return found[0].flags
  }

  /** `change` is "+FLAGS (\\Seen)" or the like. */
  async store(mailbox, subject, change) {
    const { uid } = (await this.look(mailbox)).find(message => message.subject === subject)
    await this.#command(`SELECT ${mailboxName(mailbox)}`)
    await this.#command(`UID STORE ${uid} ${change}`)
  }

  async move(mailbox, subject, to) {
    const { uid } = (await this.look(mailbox)).find(message => message.subject === subject)
    await this.#command(`SELECT ${mailboxName(mailbox)}`)
    await this.#command(`UID MOVE ${uid} ${mailboxName(to)}`)
  }

  select(mailbox) {
    return this.#command(`SELECT ${mailboxName(mailbox)}`)
  }

  /** The UID of the last message of the open mailbox; of a large one nothing else is looked at. */
  async newest() {
    await this.#command('NOOP')
    const { untagged } = await this.#command('FETCH * (UID)')
    return Number(/\bUID (\d+)/.exec(untagged.find(line => /^\* \d+ FETCH/.test(line)))[1])
  }

  /** As `store`, in the open mailbox. */
  storeUid(uid, change) {
    return this.#command(`UID STORE ${uid} ${change}`)
  }

  /** Takes a message out of the open mailbox. */
  async expunge(uid) {
    await this.storeUid(uid, '+FLAGS.SILENT (\\Deleted)')
    await this.#command(`UID EXPUNGE ${uid}`)
  }

  /** Empties a mailbox. */
  async clear(mailbox) {
    const { untagged } = await this.select(mailbox)
    if (untagged.some(line => /^\* 0 EXISTS/.test(line))) return
    await this.expunge('1:*')
  }

  async rename(mailbox, to) {
    await this.#command(`RENAME ${mailboxName(mailbox)} ${mailboxName(to)}`)
  }
}

// Mail arrives: the last hop of a mail server, LMTP (RFC 2033).
import net from 'node:net'
import readline from 'node:readline'

export class Lmtp {
  #socket
  #lines

  static async connect(port) {
    const lmtp = new Lmtp()
    lmtp.#socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
    lmtp.#lines = readline.createInterface({ input: lmtp.#socket })[Symbol.asyncIterator]()
    await lmtp.#expect('220')
    await lmtp.#say('LHLO test.example', '250')
    return lmtp
  }

  close() {
    this.#socket.destroy()
  }

  /** Resolves when the server has taken the message for `to`. */
  async deliver(to, message) {
    await this.#say('MAIL FROM:<berta@other.example>', '250')
    await this.#say(`RCPT TO:<${to}>`, '250')
    await this.#say('DATA', '354')
    await this.#say(`${message.toString().replace(/^\./gm, '..').replace(/\r\n$/, '')}\r\n.`, '250')
  }

  #say(text, code) {
    this.#socket.write(`${text}\r\n`)
    return this.#expect(code)
  }

  async #expect(code) {
    for (;;) {
      const { value: line, done } = await this.#lines.next()
      if (done || !line.startsWith(code)) throw new Error(`LMTP said ${line} and not ${code}`)
      if (line[3] !== '-') return
    }
  }
}

sender-verified = Verified
sender-unverified = Not verified
sender-failed = Failed the check
fact-checked = Checked
fact-domain = Domain
domain-spelled = { $domain }, which the network spells { $ascii }
checked-verified = The mail server vouches for { $domain }: { $checks }.
checked-unverified = The mail server can't say who sent this: { $checks }.
checked-failed = The mail server says that { $domain } did not send this: { $checks }.
check = { $method } { $outcome ->
    [pass] passed
    [fail] failed
    [soft-fail] probably failed
    [neutral] left open
    [none] absent
   *[unknown] could not be checked
  }
check-for = { $check } for { $domain }

notice-sender-failed = The sender could not be verified ({ $checks }). Do not trust links in it.
receipt-asked = { $who } asks for a receipt that you have opened this.
receipt-asked-only = { $who } asks for a receipt that you have opened this. None was sent, and none is sent by itself.
receipt-elsewhere = That is not where the message came from: check that you want them to know.
receipt-send = Send a receipt
receipt-refuse = Don’t
receipt-refused = No receipt is sent, and you are not asked again.
receipt-answered = This was answered already: nothing more was sent.
receipt-not-possible = No receipt can be sent for this message. Nothing was sent.
receipt-unsent = The receipt was not sent. { $why }
receipt-subject = Read: { $subject }
receipt-text = Your message “{ $subject }” of { $date } was displayed to { $addr }.

  Whether it was read or understood, this does not tell.

receipts-label = Ask me when a sender wants a receipt that I have opened a message
receipts-hint = None is ever sent by itself. Otherwise you are not asked, and none is sent.

doubt-look-alike = The sender's domain looks like { $like } and is another one. The network spells it { $ascii }.
doubt-mixed-domain = The sender's domain { $domain } mixes letters of different alphabets. The network spells it { $ascii }.
doubt-mixed-name = The sender's name mixes letters of different alphabets that look alike, in { $word }.
doubt-names-another = The sender's name says { $claimed }, but the address is one of { $domain }.
doubt-several-senders = This message names several senders. The first is shown, the others are among the details.
doubt-answers-elsewhere = An answer would go elsewhere: to { $address }.
doubt-turned-name = The sender's name contains hidden signs that change the order of letters. They are left out here.
doubt-turned-subject = The subject contains hidden signs that change the order of letters. They are left out here.
doubt-known-name = First message from this sender. The name is that of somebody you write to ({ $known }), the address is not.
doubt-own-name = The sender's name is yours, the address is not.

unsubscribe = Unsubscribe
unsubscribe-from = Unsubscribe from { $sender }?
unsubscribe-none = This message offers no way to unsubscribe that can be used here.
unsubscribe-click = One press tells { $host } that you want no more of these. Nothing else is sent, and no page is opened.
unsubscribe-page = The sender wants you to say it on a page of { $host }. It opens in a tab of its own and learns that you came.
unsubscribe-letter = The sender wants a message to { $address }, with the subject “{ $subject }”.
unsubscribe-letter-plain = The sender wants a message to { $address }.
unsubscribe-open = Open { $host }
unsubscribe-write = Write to { $address }
unsubscribe-done = { $host } was told to send you no more of these.
unsubscribe-refused = { $host } did not take it. Below are the sender's other ways.
unsubscribe-unreachable = { $host } could not be told. It can be tried again; below are the sender's other ways.
unsubscribe-doubt = The sender is not verified. Unsubscribing tells them that somebody reads this address; Junk says nothing to anybody.

# How a person writes: as whom, in which manner, with which texts, to whom.
settings-pages = Settings
settings-browser = This browser
settings-account-lead = They are kept here for your account, and hold on every device.
add = Add
change = Change
change-of = Change { $name }
remove = Remove
forget = Forget
cancel = Cancel
not-saved-yet = Nothing is saved yet. Look at what is marked; everything you typed is still there.

field-missing = Something has to stand here.
field-control = Only letters, digits and signs fit here: paste it again as plain text.
field-too-long = { $count ->
    [one] One character is the most.
   *[other] That is too long: { $shown } characters are the most.
  }
field-wrong-address = “{ $address }”: { $hint }
field-not-an-address = An address needs an @ with something on both sides, such as ann@example.org.
field-too-many = { $count ->
    [one] One address is the most.
   *[other] { $shown } addresses are the most.
  }
field-not-allowed = You can’t write from this address here. Your host decides which ones you can use.

identities = Who you are
identity-first = Used first
identity-use-first = Use first
identity-use-first-of = Use { $name } first
identity-is-first = { $name } is used first now.
identity-not-allowed = Not allowed
identity-unsigned = { $address }, no signature
identity-signed = { $address }, signature “{ $signature }”
identity-bare-unsigned = No signature
identity-bare-signed = Signature “{ $signature }”
identity-nameless = Whoever gets your mail sees an address and no name.
identity-say-name = Say your name
identity-new = Add another
identity-name = Name
identity-name-hint = What people see as the sender.
identity-reply-to = Answers go to
identity-reply-to-hint = Only if they are to go elsewhere than to this address. Put commas between several.
identity-organisation = Organisation
identity-signature = Signature
identity-signature-hint = Stands below what you write.
identity-language = Language you write in
identity-language-page = As these pages
identity-language-hint = So that your browser checks the spelling in the right one.
identity-copies = Send me a copy of everything
identity-copies-hint = By Bcc, to this address. Nobody else sees it.
identity-removed = { $name } is removed.
identity-restored = { $name } is back.
identities-full = { $count ->
    [one] You have one already, and more are not kept here.
   *[other] You have { $shown } already, and more are not kept here. Remove one first.
  }

writing = Writing
undo-sending = Undo sending for
undo-never = Not at all
undo-seconds = { $count ->
    [one] 1 second
   *[other] { $shown } seconds
  }
writing-text = In answers, write
writing-text-above = Above the quote
writing-text-below = Below it
writing-signature = The signature stands
writing-signature-above = Above the quote
writing-signature-below = Below it
writing-asks-receipt = Ask readers to confirm that they read it
writing-asks-receipt-hint = You can still choose otherwise for each message.
writing-collects = Remember whom I write to
writing-collects-hint = They are suggested when you type a name.

canned = Templates
canned-lead = Texts you begin a message with again and again.
canned-none = There are none yet.
canned-new = Add a template
canned-name = Name
canned-name-hint = What you find it by.
canned-subject = Subject
canned-text = Text
canned-text-hint = Filled in when you use it: {"{name}"}, {"{first_name}"} and {"{address}"} of whom you write to, {"{my_name}"} and {"{my_address}"}, {"{date}"}. What is not known stays as it is.
canned-removed = { $name } is removed.
canned-restored = { $name } is back.
canned-full = { $count ->
    [one] You have one already, and more are not kept here.
   *[other] You have { $shown } already, and more are not kept here. Remove one first.
  }

recipients = People you write to
recipients-lead = They are suggested when you type a name, the most used first. The list is kept on this server; nobody else sees it.
recipients-find = Find somebody
recipients-none = Nobody yet. Whoever you write to comes in by itself.
recipients-off = Nobody new comes in: you chose that under Writing.
recipients-shown = { $count ->
    [one] 1 of { $all }. Others are found by their names.
   *[other] { $shown } of { $all }. Others are found by their names.
  }
recipients-not-found = Nobody of this name.
recipient-forget = Forget { $address }
recipient-forgotten = { $address } is forgotten.
recipient-restored = { $address } is known again.
recipients-forget-all = Forget all
recipients-forget-ask = Forget everybody you wrote to?
recipients-forget-text = { $count ->
    [one] One person is no longer suggested. This can’t be undone. Your mail stays.
   *[other] { $shown } people are no longer suggested. This can’t be undone. Your mail stays.
  }
recipients-forget-yes = Forget all
recipients-forgotten = { $count ->
    [0] There was nobody to forget.
    [one] One person is forgotten.
   *[other] { $shown } people are forgotten.
  }

suggestions = Suggestions
suggestions-count = { $count ->
    [0] No suggestions
    [one] 1 suggestion
   *[other] { $shown } suggestions
  }

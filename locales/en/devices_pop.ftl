# For people who fetch their mail by POP.
pop-page = Fetching by POP
pop-lead = What a POP program sees of this mailbox, what it leaves here, and how to move to IMAP without losing anything.
pop-more = More about POP
pop-title = What would a POP program see?
pop-title-at = Looked: { $when }
pop-look = Look now
pop-look-lead = Fernpost signs in once, as a POP program would, and only reads.
pop-empty = A POP program would find nothing: the inbox is empty.
pop-sees =
    { $count ->
        [one] A POP program would see one message, { $size }, of the inbox only.
       *[other] A POP program would see { $shown } messages, { $size }, of the inbox only.
    }
pop-oldest =
    { $count ->
        [one] It is of { $date }.
       *[other] The first of them is of { $date }, the biggest has { $biggest }.
    }
pop-same = That is exactly what is in your inbox here.
pop-fewer =
    { $count ->
        [one] One message of your inbox is not shown to POP programs, or came this moment.
       *[other] { $shown } messages of your inbox are not shown to POP programs, or came this moment.
    }
pop-beyond =
    { $count ->
        [one] That is one more than your inbox shows here: it may have been deleted or moved this moment.
       *[other] That is { $shown } more than your inbox shows here: they may have been deleted or moved this moment.
    }
pop-elsewhere =
    { $count ->
        [one] One message in other folders, Sent and Drafts among them, is out of its sight.
       *[other] { $shown } messages in other folders, Sent and Drafts among them, are out of its sight.
    }
pop-named = Every message has a name that stays the same, so a program that leaves copies here knows what it has fetched.
pop-not-named = The server gives messages no lasting names: a program that leaves copies here fetches all of them again each time.
pop-left = What is left on the server
pop-left-1 = A POP program fetches what is in the inbox. Many delete it here straight afterwards: then it is on that one computer and nowhere else, and it is not in this webmail either.
pop-left-2 = If it leaves copies, they stay in the inbox here until somebody deletes them, and fill your mailbox. Deleting a message on the computer does not delete it here.
pop-left-3 = What you send from that computer is kept on that computer. Nothing of it is in Sent here, unless the program was told to put a copy there.
pop-keep = How to keep copies here
pop-keep-lead = In each program this is one setting. Change it before you fetch the next time.
pop-keep-outlook = File, Account Settings, choose the account, Change, More Settings, Advanced: tick “Leave a copy of messages on the server”. Do not tick “Remove from server after …”.
pop-keep-thunderbird = Account Settings, Server Settings of the account: tick “Leave messages on server”, and clear “For at most … days” and “Until I delete them”.
pop-keep-apple = Mail, Settings, Accounts, the account, Server Settings or Advanced: clear “Remove copy from server after retrieving a message”. On an iPhone: the account, Advanced, “Delete from server”: Never.
pop-keep-android = In the account’s settings for incoming mail set “Delete email from server” to “Never”.
pop-move = Moving to IMAP
pop-move-lead = Do not remove the old account first: mail that is only on that computer would go with it.
pop-move-1 = Set the program to leave copies on the server, as above.
pop-move-2 = Add this mailbox a second time, as IMAP, with the settings of “Phone and PC”. Both accounts now stand side by side.
pop-move-3 = Wait until the IMAP account shows your folders. Then drag mail from the old account into it, a folder at a time: it goes up to the server.
pop-move-4 = Look here, in the webmail, whether all of it has come.
pop-move-5 = Only then remove the old account from the program. A copy of its files beforehand costs nothing.
pop-back = Phone and PC

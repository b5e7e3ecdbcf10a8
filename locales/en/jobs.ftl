# Work that goes on in the background.
jobs = In the background
jobs-lead = Large work goes on by itself while you are signed in. What is done is listed here for a week.
job-delete = { $count ->
    [one] Delete 1 message for good
   *[other] Delete { $shown } messages for good
  }
job-delete-by-rule = { $count ->
    [one] Delete 1 message by a rule
   *[other] Delete { $shown } messages by a rule
  }
job-to-trash = { $count ->
    [one] Move 1 message to Trash
   *[other] Move { $shown } messages to Trash
  }
job-move = { $count ->
    [one] Move 1 message to { $folder }
   *[other] Move { $shown } messages to { $folder }
  }
job-strip = { $count ->
    [one] Remove the attachments of 1 message
   *[other] Remove the attachments of { $shown } messages
  }
job-running = Goes on
job-running-text = You can go elsewhere, or close this window. It goes on while you are signed in.
job-waiting = Waits
job-stopped = Stopped
job-stopped-text = What is done stays done. The rest is as it was.
job-done = Done
job-so-far = { $done } of { $total }
job-so-far-and-freed = { $done } of { $total }, { $size } freed
job-did = { $count ->
    [0] Nothing was changed
    [one] 1 message
   *[other] { $shown } messages
  }
job-did-and-freed = { $count ->
    [one] 1 message, { $size } freed
   *[other] { $shown } messages, { $size } freed
  }
job-waits-over-quota = There is no room left in your mailbox for what has to be put there. Nothing was lost. Delete something for good, then go on; it is also tried again by itself.
job-waits-no-server = The mail server can’t be reached at this moment. Nothing was lost; it is tried again by itself.
job-waits-signed-out = It goes on when you have signed in again.
job-waits-refused = The mail server does not want to do it. Nothing was lost; it is tried again by itself.
job-waits-not-kept = How far it is could not be written down here: perhaps the disk is full. Your host has to look at this. Nothing was lost.
job-waits-no-source = The other account can’t be reached at this moment. Nothing was lost; it is tried again by itself.
job-waits-no-source-password = The other account wants its password: it is not in memory any more, or was not right.
job-waits-no-source-folder = The other account has no such folder, or does not open it. Nothing was lost.
job-waits-no-folder = The folder that messages come into is not there any more: it was deleted or renamed. Nothing was lost. Make it again, or stop this and choose another one.
job-remark-mailbox-gone = { $count ->
    [0] The folder { $about } is not there any more.
    [one] The folder { $about } is not there any more: 1 message was not looked at.
   *[other] The folder { $about } is not there any more: { $shown } messages were not looked at.
  }
job-remark-mailbox-rebuilt = { $count ->
    [one] { $about } was rebuilt by the mail server: 1 message could not be found again, and nothing was touched.
   *[other] { $about } was rebuilt by the mail server: { $shown } messages could not be found again, and nothing was touched.
  }
job-remark-gone-before = { $count ->
    [one] { $about }: 1 message was gone already.
   *[other] { $about }: { $shown } messages were gone already.
  }
job-remark-refused = { $count ->
    [one] { $about }: the mail server refused it for 1 message, which is as it was.
   *[other] { $about }: the mail server refused it for { $shown } messages, which are as they were.
  }
job-remark-signed = { $count ->
    [one] { $about }: 1 message is signed, and stays as it is. Without its attachments the signature would not hold.
   *[other] { $about }: { $shown } messages are signed, and stay as they are. Without their attachments the signatures would not hold.
  }
job-remark-encrypted = { $count ->
    [one] { $about }: 1 message is encrypted, and stays as it is.
   *[other] { $about }: { $shown } messages are encrypted, and stay as they are.
  }
job-remark-nothing = { $count ->
    [one] { $about }: 1 message has no attachments.
   *[other] { $about }: { $shown } messages have no attachments.
  }
job-remark-not-taken-apart = { $count ->
    [one] { $about }: 1 message can’t be taken apart safely, and stays as it is.
   *[other] { $about }: { $shown } messages can’t be taken apart safely, and stay as they are.
  }
job-remark-not-the-same = { $count ->
    [one] { $about }: of 1 message the mail server did not keep what it was given. The message is as it was; there may be a copy of it.
   *[other] { $about }: of { $shown } messages the mail server did not keep what it was given. They are as they were; there may be copies of them.
  }
job-remark-doubtful = { $count ->
    [one] { $about }: 1 message went while this was interrupted, and what should stand in its place is not there as it was given to the mail server. Look for it in the folder.
   *[other] { $about }: { $shown } messages went while this was interrupted, and what should stand in their place is not there as it was given to the mail server. Look for them in the folder.
  }
job-remark-exempt = { $count ->
    [one] { $about }: 1 message stayed. It was changed since, or the rule was.
   *[other] { $about }: { $shown } messages stayed. They were changed since, or the rule was.
  }
job-remarks-left-out = { $count ->
    [one] And 1 more of this kind.
   *[other] And { $shown } more of these kinds.
  }
job-stop = Stop
job-go-on = Go on
job-try-now = Try now
job-make-folder = Make the folder again
job-forget = Take it off the list
job-forgotten = It is off the list.
job-way = Go to the folder
error-job-gone = This is no longer known
error-job-gone-text = What is done is listed for a week, or until it is taken off the list. Looking for it changed nothing.

# What is thrown away by itself.
rules = Throw away by itself
rules-lead = Messages in these folders are deleted for good when they have been there for so long. It is done while you are signed in. Each message in the folder shows the day it will go.
rules-now = { $count ->
    [0] Empty now
    [one] 1 message now
   *[other] { $shown } messages now
  }
rules-after = { $folder }: after
rules-days = { $count ->
    [one] 1 day
   *[other] { $shown } days
  }
rules-year = 1 year
rules-two-years = 2 years
rules-read-only = Only what was read
rules-keep-flagged = Flagged ones stay
rules-add = Another folder
rules-add-none = None
rules-add-after = Another folder: after
rules-look = See what would go
rules-question = { $count ->
    [0] Nothing would go now. Keep these rules?
    [one] This would delete 1 message for good now ({ $size }). Keep these rules?
   *[other] This would delete { $shown } messages for good now ({ $size }). Keep these rules?
  }
rules-would-go = { $count ->
    [0] { $folder }: nothing now.
    [one] { $folder }: 1 message, { $size }.
   *[other] { $folder }: { $shown } messages, { $size }.
  }
rules-folder-gone = { $folder } is not there now; the rule waits for it.
rules-counted-in-folder = Days are counted since a message came into its folder.
rules-counted-arrived = Days are counted since a message arrived in your mailbox: your mail server does not tell when it came into its folder, so an old message that you delete today may go at once.
rules-keep = { $count ->
    [0] Keep the rules
    [one] Keep the rules and delete 1 message
   *[other] Keep the rules and delete { $shown } messages
  }
rules-kept = The rules are kept. What is due goes now; the rest on its day.
rules-none-kept = Nothing is thrown away by itself any more.
row-goes = goes on { $day }
row-goes-soon = goes soon

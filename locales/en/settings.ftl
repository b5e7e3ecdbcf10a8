settings-lead = They are kept in this browser, not in your account.
settings-saved = Saved.
save = Save

tell-title = Tell me on this device when mail arrives
tell-off = A note with sender and subject shows on your screen while Fernpost is open here but not in front of you. Anybody who sees the screen can read it: not on a shared computer.
tell-on = New mail is told on your screen while Fernpost is open here but not in front of you.
tell-start = Tell me
tell-stop = Stop telling me
tell-denied = This browser keeps our notes from your screen. You can allow them in what it calls the permissions of this site.
tell-none = This browser has no notes for your screen.
tell-no-scripts = This needs scripts, and they are off in this browser.

privacy-title = Privacy
untracked-label = Take out of links what only tells who followed them
untracked-hint = Such as utm_source, fbclid or mc_eid. The links lead to the same pages.

senders-title = Remote images are always shown for
senders-hint = Only where your mail server vouches for the sender, and never in Junk. The list is kept on this server.
sender-forget = Forget
sender-forgotten = Remote images of { $sender } are blocked again.

refresh-title = Without scripts
refresh-label = Look for new mail
refresh-never = Only when I do
refresh-minutes = { $count ->
    [one] Every minute
   *[other] Every { $shown } minutes
  }
refresh-hint = With scripts, lists follow your mail by themselves. Without, they can be loaded again now and then; ticks that you have not yet used are lost then. A list with all chosen, or with something to undo, waits for you.

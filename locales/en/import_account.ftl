# Mail from an account elsewhere.
fetch-account = Bring mail from another account
fetch-lead = Fernpost fetches what is in another mailbox of yours and puts it into a folder here. Nothing is deleted there unless you say so, and nothing there is marked as read.
fetch-from = From which account?
fetch-from-lead = Only what is new since the last time comes: it is remembered which messages were fetched.
fetch-off = Whoever runs this service has not said from which other services mail may be fetched. Ask them to name yours.
fetch-not-allowed = Mail can be fetched only from the servers that stand here. Ask whoever runs this service to name yours.
fetch-by = Way
fetch-by-imap = IMAP, one folder with its marks
fetch-by-pop3 = POP3, the inbox
fetch-password = Password of the other account
fetch-password-hint = It is used for this and kept in memory until it is done. It is written down nowhere.
fetch-password-known = It is still in memory: leave this empty, unless it was wrong.
fetch-folder = Folder there
fetch-folder-inbox = The inbox. With IMAP you can choose another one.
fetch-show-folders = Show the folders there
fetch-into = Into this folder here
fetch-read = Count as read
fetch-read-hint = What you have read there is read here in either case, with IMAP.
fetch-delete = Delete there what has arrived here
fetch-delete-hint = Each message is read back from here first, and stays there unless it is exactly the same.
fetch-cant-delete-there = Nothing can be deleted there: the other server has no way to delete single messages.
fetch-begin = Fetch
fetch-lately = Under way, and lately
fetch-title = { $user } at { $host } into { $folder }
fetch-progress =
    { $count ->
        [0] Nothing has come yet.
        [one] One of { $total } messages, { $size }.
       *[other] { $shown } of { $total } messages, { $size }.
    }
fetch-running = It goes on, whether or not you look.
fetch-stopped = You stopped it.
fetch-done = Done.
fetch-over-quota = Your mailbox here is full. Make room; then it goes on by itself.
fetch-no-server = Your mail server here can’t be had. It is tried again by itself.
fetch-signed-out = It goes on when you sign in.
fetch-refused = The folder here does not take it. It is tried again by itself.
fetch-not-kept = It could not be written down here what was fetched. It is tried again by itself.
fetch-no-source = The other server can’t be had. It is tried again by itself.
fetch-no-source-folder = The other account has no folder “{ $folder }”, or does not open it. To choose another one, stop this and begin again.
fetch-no-folder = The folder here is not there any more: it was deleted or renamed. Make it again, or stop this and fetch into another one.
fetch-no-password = The other server wants the password: it was not right, or is not in memory any more.
fetch-too-many = There is too much under way already. Wait until some of it is done, or stop it.
fetch-too-large =
    { $count ->
        [one] One message is larger than 30 MB and stayed there.
       *[other] { $shown } messages are larger than 30 MB and stayed there.
    }
fetch-gone =
    { $count ->
        [one] One message was gone there before it could be fetched.
       *[other] { $shown } messages were gone there before they could be fetched.
    }
fetch-not-the-same =
    { $count ->
        [one] “{ $about }” was changed on its way, so it was not deleted there.
       *[other] { $shown } messages like “{ $about }” were changed on their way, so they were not deleted there.
    }
fetch-stays-there =
    { $count ->
        [one] One message is here, but the other server did not delete it there.
       *[other] { $shown } messages are here, but the other server did not delete them there.
    }
fetch-cant-delete = The other server has no way to delete single messages, so all of them stay there.
fetch-not-taken =
    { $count ->
        [one] “{ $about }” was not taken by your mail server here. It is still there.
       *[other] { $shown } messages like “{ $about }” were not taken by your mail server here. They are still there.
    }
fetch-stop = Stop
fetch-go-on = Go on
fetch-back = Another account

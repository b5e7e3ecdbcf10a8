upload-nameless = This file
upload-too-large = { $name } has { $size }. The files of a message may have { $limit }. It was not attached.
upload-no-room = There is no room for { $name } ({ $size }): files that wait to be sent may have { $limit } together. It was not attached.
upload-disk-full = { $name } was not attached, since the disk of this server is full. What you wrote is here. Your host has to make room.
upload-broken = { $name } could not be kept, and was not attached. What you wrote is here. Try it again.

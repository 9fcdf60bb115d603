import KernelTrace
import TestSupport
import Testing

@testable import TraceData

@Suite struct RecordingLineTests {
  /// Real and made-up lines, with the state that a reader of it would expect.
  @Test(arguments: [
    ("accept4 3 7ffc 7ffc 80800 0 0 9 6221 s4 -", "accept:inet:ok"),
    ("read 9 559d 2000 0 7f96 7f96 -11 2293 s4 -", "read:inet:again"),
    ("epoll_ctl 6 1 9 7ffc 6 7f96 0 3354 a -", "epoll_ctl:add:ok"),
    ("epoll_wait 6 559d 1001 3e8 0 0 1 6637780 a -", "epoll_wait:timed:ready"),
    ("newfstatat ffffff9c 55 7f 0 22 70 0 11892 - /srv/www/docs/a.html", "stat:abs:ok"),
    ("newfstatat a 7f96 559d 1000 1 7f96 0 872 r -", "fstat:file:ok"),
    ("openat ffffff9c 55 80900 0 1 7f -2 4692 - cgi-bin/httpd.conf", "open:rdonly:rel:missing"),
    ("sendfile 9 a 7ffc 5faf 0 2 24495 11895 s4 -", "sendfile:inet:large"),
    ("connect 4 7ffc 10 0 0 0 -111 9 s4 inet:127.0.0.1:20001", "connect:local:mid:refused"),
    ("connect 4 7ffc 10 0 0 0 -2 9 su unix:/var/run/nscd/socket", "connect:unix:refused"),
    ("connect 4 7ffc 10 0 0 0 -115 9 s6 inet6:2001:db8::1:443", "connect:remote:web:again"),
    ("connect 4 7ffc 10 0 0 0 0 9 s6 inet6:::1:53", "connect:local:dns:ok"),
    ("connect 4 7ffc 10 0 0 0 0 9 s6 inet6:fe80::1:0", "connect:lan:noport:ok"),
    ("bind 4 7ffc 10 0 0 0 0 9 sn netlink", "bind:family:ok"),
    ("sendto 4 7ffc 40 0 0 0 64 9 s4 inet:8.8.8.8:53", "sendto:remote:dns:ok"),
    ("sendto 4 7ffc 40 0 0 0 64 9 s4 -", "send:inet:small"),
    ("mmap 0 1000 3 22 ffffffff 0 139000000000000 9 - -", "mmap:rw:anon:ok"),
    ("mprotect 55 1000 1 0 0 0 0 9 - -", "mprotect:r:ok"),
    ("socket 2 1 0 0 0 0 3 9 - -", "socket:inet:stream:ok"),
    ("socket 10 80003 0 0 0 0 -93 9 - -", "socket:netlink:raw:error"),
    ("setsockopt 9 6 3 7ffc 4 2 0 1749 s4 -", "setsockopt:tcp:3"),
    ("execve d3 7f d3 8 7f 0 0 77748 - config.cgi", "execve:script:ok"),
    ("execve d3 7f d3 8 7f 0 0 69248 - /proc/self/exe", "execve:procself:ok"),
    ("vfork 505464 0 0 f 1 1 3227 2461618 - -", "clone:vfork:ok"),
    ("clone 1200011 0 0 0 0 0 -513 9 - -", "clone:process:again"),
    ("exit_group 7f 3c 0 0 0 0 0 0 - -", "exit_group:notfound"),
    ("wait4 ffffffff 7f 3 0 0 0 -10 9 - -", "wait4:nohang:missing"),
    ("rt_sigaction 11 7f 0 8 0 0 0 9 - -", "sigaction:chld:set"),
    ("rt_sigreturn 11 55 0 0 0 0 -4 9 - -", "sigreturn"),
    ("kill 7f3 f 0 0 0 0 0 9 - -", "kill:term:process:ok"),
    ("prctl f 7f 0 0 0 0 0 9 - -", "prctl:name:ok"),
    ("ioctl 4 541b 7f 0 0 0 0 9 p -", "ioctl:fionread:pipe"),
    ("ioctl 4 8914 7f 0 0 0 0 9 s4 -", "ioctl:ifset:inet"),
    ("ioctl 4 400454ca 7f 0 0 0 0 9 c -", "ioctl:tun:char"),
    ("fcntl 2 0 a 0 0 0 11 9 c -", "fcntl:dupfd:char"),
    ("fcntl 3 409 a 0 0 0 11 9 r -", "fcntl:seals:file"),
    ("dup2 4 0 0 0 0 0 0 9 s4 -", "dup2:inet:stdin:ok"),
    ("chmod 55 1ed 0 0 0 0 0 9 - /srv/www/run/x", "chmod:exec:abs:ok"),
    ("mkdir 55 1ff 0 0 0 0 -17 9 - /tmp/", "mkdir:tmp:exists"),
    ("unlink 55 0 0 0 0 0 0 9 - a b/.c d", "unlink:hidden:ok"),
    ("setuid 0 0 0 0 0 0 0 9 - -", "setuid:root:ok"),
    ("futex 7f 81 1 0 0 0 1 9 - -", "futex:wake:ok"),
    ("alarm 3c 0 0 0 0 0 0 9 - -", "alarm:set"),
    ("poll 7f 1 ffffffff 0 0 0 1 9 - -", "poll:forever:ready"),
    ("getdents64 3 7f 8000 0 0 0 0 9 d -", "getdents:dir:ok"),
    ("prlimit64 0 3 0 7f 0 0 0 9 - -", "rlimit:ok"),
  ])
  func linesHaveTheirStates(call: String, name: String) throws {
    let recording = try ImportedRecording("100 5 5 httpd \(call)\n")
    let names = recording.names.values.filter { $0 != "unknown" }
    #expect(names == [name])
  }

  /// Every system call that the recorded servers and programs made.
  @Test func everyRecordedCallIsInTheAlphabet() throws {
    let calls = """
      accept accept4 access alarm arch_prctl brk chdir chmod clock_nanosleep clone close connect \
      dup2 epoll_ctl epoll_wait execve exit_group fchdir fchmod fcntl fork ftruncate futex getcwd \
      getdents64 getegid geteuid getgid getgroups getpid getppid getrandom getsockopt getuid ioctl \
      kill lseek madvise mkdir mmap mprotect munmap newfstatat openat pipe2 poll prctl pread64 \
      prlimit64 pwrite64 pwritev read readlink recvfrom rename rmdir rseq rt_sigaction rt_sigreturn \
      sendfile sendto set_robust_list set_tid_address setsid setsockopt shutdown socket statfs sync \
      sysinfo umask uname unlink vfork wait4 write writev
      """.split(separator: " ")
    #expect(calls.count == 77)
    for call in calls {
      let recording = try ImportedRecording("1 5 5 a \(call) 0 0 0 0 0 0 0 1 - -\n")
      #expect(recording.unknownCallCount == 0, "\(call)")
    }
  }

  @Test func programNamesMayHaveSpaces() throws {
    let recording = try ImportedRecording(
      """
      1 5 5 tmux: server brk 0 0 0 0 0 0 0 1 - -
      2 5 5 a b c d e f g h brk 0 0 0 0 0 0 0 1 - -
      """)
    #expect(recording.lines == ["exec 5 5 tmux:?server 2", "5 5 brk:query 2", "5 5 brk:query 3"])
  }

  @Test(arguments: [
    ("x 5 5 sh brk 0 0 0 0 0 0 0 1 - -", RecordedLineProblem.field(.entryTime)),
    ("-1 5 5 sh brk 0 0 0 0 0 0 0 1 - -", .field(.entryTime)),
    ("99999999999999999999 5 5 sh brk 0 0 0 0 0 0 0 1 - -", .field(.entryTime)),
    ("1 0 5 sh brk 0 0 0 0 0 0 0 1 - -", .field(.process)),
    ("1 5 4294967296 sh brk 0 0 0 0 0 0 0 1 - -", .field(.thread)),
    ("1 5 5 a-name-of-20-bytes! brk 0 0 0 0 0 0 0 1 - -", .field(.programName)),
    ("1 5 5 sh  0 0 0 0 0 0 0 1 - -", .field(.callName)),
    ("1 5 5 sh brk 0x1 0 0 0 0 0 0 1 - -", .field(.argument0)),
    ("1 5 5 sh brk 0 0 0 0 0 00000000000000000 0 1 - -", .field(.argument5)),
    ("1 5 5 sh brk 0 0 0 0 0 0 - 1 - -", .field(.result)),
    ("1 5 5 sh brk 0 0 0 0 0 0 9223372036854775808 1 - -", .field(.result)),
    ("1 5 5 sh brk 0 0 0 0 0 0 0 -1 - -", .field(.duration)),
    ("18446744073709551615 5 5 sh brk 0 0 0 0 0 0 0 1 - -", .field(.duration)),
    ("1 5 5 sh brk 0 0 0 0 0 0 0 1 s9 -", .field(.descriptor)),
    ("1 5 5 sh brk 0 0 0 0 0 0 0 1 - ", .field(.path)),
    ("1 5 5 sh brk 0 0 0 0 0 0 0 1 -", .tooFewFields(found: 14)),
    ("1 5 5 sh brk 0", .tooFewFields(found: 6)), ("1 5 5 sh", .tooFewFields(found: 4)),
    ("1 5", .tooFewFields(found: 2)), ("\u{0}\u{fffd}\u{7}", .field(.entryTime)),
  ])
  func garbageIsAnErrorThatNamesItsLine(line: String, problem: RecordedLineProblem) {
    let good = "1 5 5 sh brk 0 0 0 0 0 0 0 1 - -\n\n"
    for end in ["", "\n", "\r\n"] {
      #expect {
        try ImportedRecording(good + line + end)
      } throws: { error in
        error as? RecordingError == .line(file: "a.txt", number: 3, problem)
      }
    }
  }

  @Test func errorsSayWhereWhatAndWhatToDo() {
    let line = RecordingError.line(file: "a.txt", number: 3, .field(.result))
    #expect(
      "\(line)" == "a.txt: line 3 has a bad field 12 (result); is it a recording, and whole?")
    let order = RecordingError.outOfOrder(
      file: "a.txt", number: 9, nanoseconds: 12, window: 4)
    #expect(
      "\(order)"
        == "a.txt: line 9 is 12 ns behind calls 4 lines away; "
        + "sort the file by the time of return (first plus thirteenth field)")
  }

  @Test func aLineWithoutEndIsRefusedBeforeItFillsTheMemory() {
    let endless = [UInt8](repeating: 0x31, count: 70_000)
    #expect {
      try ImportedRecording(bytes: endless, chunk: 1000)
    } throws: { error in
      error as? RecordingError == .line(file: "a.txt", number: 1, .tooLong(limit: 65_536))
    }
  }

  @Test func damagedRecordingsNeverTrap() throws {
    let intact = Array(try RecordingImporterTests.fixture().prefix(3000))
    var random = SplitMix64(seed: 77)
    var refused = 0
    for _ in 0..<2000 {
      var damaged = intact
      for _ in 0...(random.next() % 4) {
        let position = Int(random.next() % UInt64(damaged.count))
        switch random.next() % 3 {
        case 0: damaged[position] = UInt8(truncatingIfNeeded: random.next())
        case 1: damaged.remove(at: position)
        default: damaged.removeSubrange(position...)
        }
        if damaged.isEmpty { break }
      }
      do {
        _ = try ImportedRecording(bytes: damaged, window: 8)
      } catch is RecordingError {
        refused += 1
      }
    }
    #expect(refused > 500)
  }
}

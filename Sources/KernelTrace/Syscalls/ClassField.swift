/// One part of a state's class: a small number with a word for each of its values.
///
/// Values and widths are part of the ids. New words go to the end of a field and must fit its width.
enum ClassField: UInt8 {
  case absent
  case descriptor, transfer, path, address, openMode, fileMode, clone
  case outcome, fdOutcome, pathOutcome, makeOutcome, peerOutcome, done
  case exitCode, wait, child, timeout, ready
  case protection, mapping, breakRequest, futex, alarm
  case domain, socketType, level, option
  case signal, target, action
  case processOption, device, control, standardStream, identity, trace, interest

  /// Width in bits.
  var bits: UInt32 {
    switch self {
    case .absent: 0
    case .done, .timeout, .wait, .alarm, .breakRequest, .action: 2
    case .fileMode, .target, .identity, .interest: 2
    case .outcome, .fdOutcome, .pathOutcome, .makeOutcome, .peerOutcome, .child, .ready: 3
    case .exitCode, .protection, .mapping, .clone, .futex, .standardStream: 3
    case .descriptor, .transfer, .openMode, .domain, .socketType, .level, .control, .trace: 4
    case .path, .processOption: 5
    case .address, .signal, .device, .option: 6
    }
  }

  /// The words of its values in order.
  var words: StaticString {
    switch self {
    case .absent: "-"
    case .descriptor: "nofd file dir char block pipe unix inet netlink socket anon"
    case .transfer: "empty small medium large again broken denied error"
    case .path: PathClass.words
    case .address: AddressClass.words
    case .openMode: "rdonly wronly rdwr create trunc append dir tmpfile opath hidden"
    case .fileMode: "plain exec setid"
    case .clone: "process vfork thread namespace hidden"
    case .outcome: "ok again denied error"
    case .fdOutcome: "ok again error"
    case .pathOutcome: "ok missing denied error"
    case .makeOutcome: "ok missing denied exists error"
    case .peerOutcome: "ok again refused denied error"
    case .done: "ok error"
    case .exitCode: "ok failed notfound signalled"
    case .wait: "block nohang"
    case .child: "child none again missing error"
    case .timeout: "timed forever"
    case .ready: "ready timeout again error"
    case .protection: "none r w rw x rx wx rwx"
    case .mapping:
      "file file:fixed anon anon:fixed shared shared:fixed sharedanon sharedanon:fixed"
    case .breakRequest: "query set"
    case .futex: "wait wake requeue lock other"
    case .alarm: "cancel set"
    case .domain, .socketType, .level, .option: socketWords
    case .signal:
      """
      0 hup int quit ill trap abrt bus fpe kill usr1 segv usr2 pipe alrm term stkflt chld cont stop \
      tstp ttin ttou urg xcpu xfsz vtalrm prof winch io pwr sys realtime
      """
    case .target: "process group all"
    case .action: "set query"
    default: controlWords
    }
  }

  private var socketWords: StaticString {
    switch self {
    case .domain: "other unix inet inet6 netlink packet alg vsock bluetooth can xdp"
    case .socketType: "other stream dgram raw seqpacket packet"
    case .level: "other socket tcp udp ip ipv6 netlink packet"
    default:
      """
      0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 other
      """
    }
  }

  private var controlWords: StaticString {
    switch self {
    case .processOption:
      """
      other pdeathsig dumpable keepcaps name seccomp capbset securebits timerslack subreaper \
      nonewprivs mm ambient ptracer vma thp
      """
    case .device:
      """
      other tcget tcset winsize pgrp ctty tty fionread fionbio cloexec ifget ifset route bridge \
      socket mtd ubi block loop dm watchdog wext usb hid input video sound i2c spi gpio fs binder \
      perf tun rtc random
      """
    case .control: "other dupfd getfd setfd getfl setfl lock owner pipesize seals lease notify"
    case .standardStream: "stdin stdout stderr other"
    case .identity: "root user unchanged"
    case .trace:
      "other traceme peek poke cont kill getregs setregs attach detach syscall options seize"
    default: "add del mod other"
    }
  }

  /// How many values it has.
  var count: Int { WordList(words).count }
}

/// How the player ends, after `sysexits.h`.
enum ExitCode: Int32 {
  case success = 0
  /// The command line is wrong.
  case usage = 64
  /// The blob or the events are.
  case badData = 65
  /// There is no input, or it is empty.
  case noInput = 66
  /// A defect of the player or of the machine.
  case software = 70
  /// Reading or writing failed.
  case inputOutput = 74
  /// Not allowed.
  case noPermission = 77
}

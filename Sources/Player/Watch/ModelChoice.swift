/// A blob as the options name it.
struct ModelChoice {
  /// Whom it is for; nil: for all that no other blob is for.
  var program: ProgramPattern?
  var file: UnsafePointer<CChar>
  /// What is taken instead where the file is refused at the start.
  var fallback: UnsafePointer<CChar>?
}

extension ModelChoice {
  /// Whether it is for the same program; nil: for all others.
  func isFor(_ program: ProgramPattern?) -> Bool {
    guard let own = self.program, let program else { return self.program == nil && program == nil }
    return own.isSame(as: program)
  }
}

/// What `mle-player record` calls the files of one recording, which begins a new one now and then:
/// `day.mlt`, `day.1.mlt`, `day.2.mlt`; or `day`, `day.1`, `day.2`. Each may have been packed since.
public enum CaptureName {
  /// Whether the recording in the first file goes on in the second: it has the next number (none, 1, 2
  /// and so on) behind the same name, and is in the same directory.
  ///
  /// Names are compared, not files: a path and another one to the same directory are different.
  public static func isFollowed(_ path: String, by next: String) -> Bool {
    let (stem, nextStem) = (stem(of: path), stem(of: next))
    guard
      InputFiles.unpackedName(path).dropFirst(stem.count)
        == InputFiles.unpackedName(next).dropFirst(nextStem.count)
    else {
      return false
    }
    return successors(of: stem).contains { $0 == nextStem }
  }

  /// A name without the endings that do not come behind the number.
  static func stem(of name: String) -> Substring {
    let name = InputFiles.unpackedName(name)
    return name.hasSuffix(".mlt") ? name.dropLast(4) : name
  }

  /// `day.1` goes on in `day.2`; and in `day.1.1`, if the recording was called so by its user.
  private static func successors(of stem: Substring) -> [String] {
    var names = [stem + ".1"]
    if let dot = stem.lastIndex(of: "."), let number = UInt32(stem[dot...].dropFirst()),
      stem[dot...] == ".\(number)", number > 0
    {
      names.append(stem[...dot] + "\(UInt64(number) + 1)")
    }
    return names.map { String($0) }
  }
}

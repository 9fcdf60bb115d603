/// Values with commas between, as options take them.
public enum CommaList {
  /// All values of a list.
  ///
  /// - Returns: nil where a part of it, such as an empty one, is no value.
  public static func values<Value>(
    in text: String, _ value: (Substring) -> Value?
  ) -> [Value]? {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let values = parts.compactMap(value)
    return values.count == parts.count ? values : nil
  }
}

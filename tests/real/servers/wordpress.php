<?php
// Installs WordPress and prints, as JSON, an application password for a user of each role that matters here.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = 'localhost';
function wp_new_blog_notification(...$any) {}
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-includes/class-wp-application-passwords.php';
wp_install('The League of Aller Cities', 'editor', 'editor@aller.example', true, '', wp_generate_password());
update_option('permalink_structure', '/%postname%/');
update_option('timezone_string', 'Europe/Berlin');
get_user_by('login', 'editor')->set_role('editor');
foreach (['author', 'contributor'] as $role) {
    wp_insert_user([
        'user_login' => $role,
        'user_pass' => wp_generate_password(),
        'user_email' => "$role@aller.example",
        'role' => $role,
    ]);
}
foreach (get_posts(['post_type' => 'any', 'post_status' => 'any', 'numberposts' => -1]) as $post) {
    wp_delete_post($post->ID, true);
}
$made = [];
foreach (['editor', 'author', 'contributor'] as $role) {
    $id = get_user_by('login', $role)->ID;
    $made[$role] = WP_Application_Passwords::create_new_application_password($id, ['name' => 'publish'])[0];
}
echo "\n", json_encode($made), "\n";
